import { Button, FileButton, Text } from '@mantine/core';
import { useState } from 'react';
import { bytesOf } from '../../cli/render/amounts.ts';

interface FileFieldProps {
  file: File | undefined;
  onFile: (file: File) => void;
}

/** A file, dropped or chosen. Of several, the first. */
export function FileField({ file, onFile }: FileFieldProps) {
  const [over, setOver] = useState(false);
  return (
    <div
      className="drop"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const dropped = event.dataTransfer.files.item(0);
        if (dropped) onFile(dropped);
      }}
    >
      <Text size="sm" aria-live="polite" className="cell">
        {file ? (
          <>
            <strong>{file.name}</strong>, {bytesOf(file.size)}
          </>
        ) : (
          'Drop a file here: CSV, JSON lines or PARQUET, plain or compressed.'
        )}
      </Text>
      <FileButton onChange={(chosen) => chosen && onFile(chosen)}>
        {(props) => (
          <Button {...props} size="xs" variant={file ? 'default' : 'filled'}>
            {file ? 'Choose another file' : 'Choose a file'}
          </Button>
        )}
      </FileButton>
    </div>
  );
}
