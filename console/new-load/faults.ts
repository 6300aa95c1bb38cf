import type { FieldError } from '../../client/contract.ts';
import type { LoadForm, Mapping } from './form.ts';

export type MappingField = 'source' | 'target' | 'transform';

/** What is wrong, by the field of the page that it is about. */
export interface Faults {
  fields: ReadonlyMap<string, string>;
  mappings: ReadonlyMap<number, Partial<Record<MappingField, string>>>;
  /** Of fields that the page does not have. */
  others: readonly FieldError[];
}

const places: Readonly<Record<string, MappingField>> = {
  source_column: 'source',
  target_column: 'target',
  transform: 'transform',
};

const fields: readonly string[] = [
  'operation',
  'object',
  'external_id_field',
  'content_type',
  'compression',
  'column_delimiter',
  'null_as',
  'column_mappings',
  'max_errors',
  'tag',
];

/** Sorts errors by the fields that their pointers name. @param rows which mapping of the page each one of the request is */
export function faultsOf(errors: readonly FieldError[], rows: readonly number[]): Faults {
  const found = {
    fields: new Map<string, string>(),
    mappings: new Map<number, Partial<Record<MappingField, string>>>(),
  };
  const others: FieldError[] = [];
  for (const error of errors) {
    const [, first = '', index = '', name = ''] = error.pointer.split('/');
    const row = first === 'column_mappings' && index !== '' ? rows[Number(index)] : undefined;
    const place = places[name];
    if (row !== undefined && place !== undefined) {
      const known = found.mappings.get(row);
      found.mappings.set(row, { ...known, [place]: known?.[place] ?? error.message });
    } else if (fields.includes(first)) found.fields.set(first, found.fields.get(first) ?? error.message);
    else others.push(error);
  }
  return { ...found, others };
}

/** Without what is said of fields in which nobody has written yet: an empty form is not wrong, it is empty. */
export function ofWritten(faults: Faults, form: LoadForm): Faults {
  const isEmpty = (field: string): boolean =>
    (field === 'object' && form.object.trim() === '') || (field === 'external_id_field' && form.keys.length === 0);
  const written = [...faults.fields].filter(([field]) => !isEmpty(field));
  return { ...faults, fields: new Map(written) };
}

const isNamed = ({ source, target, used }: Mapping): boolean => !used || (source !== '' && target.trim() !== '');

/** What is missing before the service can be asked at all; undefined when nothing is. */
export function missing(form: LoadForm, file: File | undefined): string | undefined {
  if (!file) return 'Choose a file.';
  if (form.object.trim() === '') return 'Name the table.';
  if (form.operation !== 'insert' && form.keys.length === 0) return 'Name the key columns.';
  if (form.mappings.length > 0 && !form.mappings.some(({ used }) => used)) return 'Every column is left out.';
  if (!form.mappings.every(isNamed)) return 'Name the columns that are mapped.';
  return undefined;
}
