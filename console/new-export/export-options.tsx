import { Checkbox, Group, NativeSelect, TextInput } from '@mantine/core';
import type { ExportOptions } from '../../client/browser.ts';
import { oneOf } from '../routing/route.ts';

/** What is asked beside the query. */
export type Asked = Pick<
  ExportOptions,
  | 'content_type'
  | 'compression'
  | 'column_delimiter'
  | 'null_as'
  | 'partition_by'
  | 'max_file_size_mb'
  | 'single_file'
  | 'object'
  | 'tag'
>;

const formats = ['CSV', 'JSON', 'PARQUET'] as const;
const compressions = ['NONE', 'GZIP', 'ZSTD', 'BZIP2'] as const;
const delimiters = ['COMMA', 'PIPE', 'TAB', 'SEMICOLON', 'CARET', 'BACKQUOTE'] as const;

interface ExportOptionsProps {
  asked: Asked;
  onChange: (asked: Asked) => void;
}

const given = (typed: string): string | undefined => (typed === '' ? undefined : typed);

/** How the files are written, and what the job is found by. */
export function ExportOptionFields({ asked, onChange }: ExportOptionsProps) {
  const csv = (asked.content_type ?? 'CSV') === 'CSV';
  return (
    <Group align="flex-end" gap="sm">
      <NativeSelect
        label="Format"
        size="xs"
        data={[...formats]}
        value={asked.content_type ?? 'CSV'}
        onChange={(event) => {
          // What the other formats take differs.
          const { compression: _, column_delimiter: __, null_as: ___, ...same } = asked;
          onChange({ ...same, content_type: oneOf(formats, event.currentTarget.value) });
        }}
      />
      {asked.content_type !== 'PARQUET' && (
        <NativeSelect
          label="Compression"
          size="xs"
          data={[...compressions]}
          value={asked.compression ?? 'NONE'}
          onChange={(event) => onChange({ ...asked, compression: oneOf(compressions, event.currentTarget.value) })}
        />
      )}
      {csv && (
        <NativeSelect
          label="Delimiter"
          size="xs"
          data={[...delimiters]}
          value={asked.column_delimiter ?? 'COMMA'}
          onChange={(event) => onChange({ ...asked, column_delimiter: oneOf(delimiters, event.currentTarget.value) })}
        />
      )}
      {csv && (
        <TextInput
          label="Text for NULL"
          size="xs"
          w={110}
          value={asked.null_as ?? ''}
          onChange={(event) => onChange({ ...asked, null_as: given(event.currentTarget.value) })}
        />
      )}
      <Labels asked={asked} onChange={onChange} />
      <Checkbox
        label="One file"
        size="xs"
        mb={7}
        checked={asked.single_file ?? false}
        onChange={(event) => onChange({ ...asked, single_file: event.currentTarget.checked || undefined })}
      />
    </Group>
  );
}

/** Words of the reader's own, by which jobs are listed. */
function Labels({ asked, onChange }: ExportOptionsProps) {
  return (
    <>
      <TextInput
        label="Object"
        size="xs"
        value={asked.object ?? ''}
        onChange={(event) => onChange({ ...asked, object: given(event.currentTarget.value) })}
      />
      <TextInput
        label="Tag"
        size="xs"
        value={asked.tag ?? ''}
        onChange={(event) => onChange({ ...asked, tag: given(event.currentTarget.value) })}
      />
    </>
  );
}
