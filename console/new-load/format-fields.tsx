import { Group, NativeSelect, TextInput } from '@mantine/core';
import { oneOf } from '../routing/route.ts';
import type { Faults } from './faults.ts';
import type { LoadForm } from './form.ts';

export interface FieldsProps {
  form: LoadForm;
  faults: Faults;
  onChange: (changed: Partial<LoadForm>) => void;
}

const formats = ['CSV', 'JSON', 'PARQUET'] as const;
const compressions = ['NONE', 'GZIP', 'ZSTD', 'BZIP2'] as const;
const delimiters = ['COMMA', 'PIPE', 'TAB', 'SEMICOLON', 'CARET', 'BACKQUOTE'] as const;

/** What the file is; guessed, and the reader's to correct. */
export function FormatFields({ form, faults, onChange }: FieldsProps) {
  return (
    <Group align="flex-start" gap="sm">
      <NativeSelect
        label="Format"
        size="xs"
        data={[...formats]}
        value={form.content_type}
        error={faults.fields.get('content_type')}
        onChange={(event) => {
          const content_type = oneOf(formats, event.currentTarget.value) ?? 'CSV';
          onChange({ content_type, ...(content_type === 'PARQUET' && { compression: 'NONE' }) });
        }}
      />
      {form.content_type !== 'PARQUET' && (
        <NativeSelect
          label="Compression"
          size="xs"
          data={[...compressions]}
          value={form.compression}
          error={faults.fields.get('compression')}
          onChange={(event) => onChange({ compression: oneOf(compressions, event.currentTarget.value) ?? 'NONE' })}
        />
      )}
      {form.content_type === 'CSV' && (
        <>
          <NativeSelect
            label="Delimiter"
            size="xs"
            data={[...delimiters]}
            value={form.column_delimiter}
            error={faults.fields.get('column_delimiter')}
            onChange={(event) =>
              onChange({ column_delimiter: oneOf(delimiters, event.currentTarget.value) ?? 'COMMA' })
            }
          />
          <TextInput
            label="Text for NULL"
            placeholder="an empty field"
            size="xs"
            w={130}
            value={form.null_as}
            error={faults.fields.get('null_as')}
            onChange={(event) => onChange({ null_as: event.currentTarget.value })}
          />
        </>
      )}
    </Group>
  );
}
