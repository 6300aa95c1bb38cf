import { Checkbox, Group, NativeSelect, TagsInput, TextInput } from '@mantine/core';
import { oneOf } from '../routing/route.ts';
import type { FieldsProps } from './format-fields.tsx';

const operations = ['insert', 'update', 'upsert', 'delete'] as const;

const tells: Readonly<Record<(typeof operations)[number], string>> = {
  insert: 'Adds each row',
  update: 'Changes the rows with these keys',
  upsert: 'Changes rows by key, adds the others',
  delete: 'Takes the rows with these keys away',
};

/** Where the rows go, and how. */
export function TableFields({ form, faults, onChange }: FieldsProps) {
  const targets = [...new Set(form.mappings.filter(({ used }) => used).map(({ target }) => target.trim()))];
  return (
    <Group align="flex-start" gap="md">
      <NativeSelect
        label="Operation"
        description={tells[form.operation]}
        w={260}
        data={[...operations]}
        value={form.operation}
        error={faults.fields.get('operation')}
        onChange={(event) => onChange({ operation: oneOf(operations, event.currentTarget.value) ?? 'insert' })}
      />
      <TextInput
        label="Table"
        description="With its schema"
        placeholder="sales.accounts"
        w={260}
        spellCheck={false}
        value={form.object}
        error={faults.fields.get('object')}
        onChange={(event) => onChange({ object: event.currentTarget.value })}
      />
      {form.operation !== 'insert' && (
        <TagsInput
          label="Key columns"
          description="Of the table; Enter after each"
          w={260}
          maxTags={8}
          data={targets.filter((target) => target !== '')}
          value={[...form.keys]}
          error={faults.fields.get('external_id_field')}
          onChange={(keys) => onChange({ keys })}
          acceptValueOnBlur
        />
      )}
    </Group>
  );
}

/** What becomes of rows that don't fit, and what the job is found by. */
export function OptionFields({ form, faults, onChange }: FieldsProps) {
  return (
    <Group align="flex-start" gap="md">
      <TextInput
        label="Rejected rows, at most"
        description="With more, nothing is applied"
        placeholder="100,000"
        inputMode="numeric"
        w={260}
        disabled={form.all_or_nothing}
        value={form.max_errors}
        error={faults.fields.get('max_errors')}
        onChange={(event) => onChange({ max_errors: event.currentTarget.value })}
      />
      <TextInput
        label="Tag"
        description="To find the job by"
        w={260}
        value={form.tag}
        error={faults.fields.get('tag')}
        onChange={(event) => onChange({ tag: event.currentTarget.value })}
      />
      <Checkbox
        label="All or nothing"
        description="One rejected row fails the job"
        mt={26}
        checked={form.all_or_nothing}
        onChange={(event) => onChange({ all_or_nothing: event.currentTarget.checked, max_errors: '' })}
      />
    </Group>
  );
}
