import { useEffect, useState } from 'react';
import { guessDelimiter, guessFormat } from './guess.ts';
import { type Dialect, lookInto, readHead, type Seen } from './look-into.ts';

/** Bytes that tell what a file is. */
const magicBytes = 256;

/** What a file most likely is. */
export async function guess(file: File): Promise<Dialect> {
  const format = guessFormat(file.name, new Uint8Array(await file.slice(0, magicBytes).arrayBuffer()));
  const readable = format.compression === 'NONE' || format.compression === 'GZIP';
  if (format.content_type !== 'CSV' || !readable) return { ...format, column_delimiter: 'COMMA' };
  const head = await readHead(file, format.compression).catch(() => undefined);
  return { ...format, column_delimiter: head ? guessDelimiter(new TextDecoder().decode(head.bytes)) : 'COMMA' };
}

/** What is seen of a file, read as this; undefined until it is. */
export function useSeen(
  file: File | undefined,
  { content_type, compression, column_delimiter }: Dialect,
  onSeen: (seen: Seen) => void,
): Seen | undefined {
  const [seen, setSeen] = useState<{ file: File; seen: Seen }>();
  useEffect(() => {
    if (!file) return undefined;
    let wanted = true;
    void lookInto(file, { content_type, compression, column_delimiter }).then((found) => {
      if (!wanted) return;
      setSeen({ file, seen: found });
      onSeen(found);
    });
    return () => {
      wanted = false;
    };
  }, [file, content_type, compression, column_delimiter, onSeen]);
  return seen !== undefined && seen.file === file ? seen.seen : undefined;
}
