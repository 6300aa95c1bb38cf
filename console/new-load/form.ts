import type { ColumnMapping, CreateLoadJob, LoadOperation } from '../../client/contract.ts';
import type { Dialect, SeenColumn } from './look-into.ts';

/** Where a column of the file goes. */
export interface Mapping {
  source: string;
  target: string;
  /** It is loaded, not left out. */
  used: boolean;
  transform: string;
}

/** What the page asks for. */
export interface LoadForm extends Dialect {
  operation: LoadOperation;
  object: string;
  keys: readonly string[];
  mappings: readonly Mapping[];
  null_as: string;
  tag: string;
  /** As typed; empty for the service's own. */
  max_errors: string;
  all_or_nothing: boolean;
}

export const emptyForm: LoadForm = {
  operation: 'insert',
  object: '',
  keys: [],
  mappings: [],
  content_type: 'CSV',
  compression: 'NONE',
  column_delimiter: 'COMMA',
  null_as: '',
  tag: '',
  max_errors: '',
  all_or_nothing: false,
};

/** One for each column of the file, to the column of the same name; what was said of a column before stays. */
export const mappingsFor = (columns: readonly SeenColumn[], before: readonly Mapping[]): Mapping[] =>
  columns.map(
    ({ name }) =>
      before.find(({ source }) => source === name) ?? { source: name, target: name, used: true, transform: '' },
  );

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Each column goes to its own name: then the service finds that by itself, and says when the table lacks one. */
const isByName = (mappings: readonly Mapping[]): boolean =>
  mappings.every(({ source, target, used, transform }) => used && transform === '' && sameName(source, target));

const mappingOf = ({ source, target, transform }: Mapping): ColumnMapping => ({
  source_column: source,
  target_column: target.trim(),
  ...(transform.trim() !== '' && { transform: transform.trim() }),
});

export interface LoadRequest {
  body: CreateLoadJob;
  /** Which mapping of the form each one of the body is. */
  rows: readonly number[];
}

/** The body of POST /bulk/jobs, with nothing in it that the service takes anyway. */
export function requestOf(form: LoadForm): LoadRequest {
  const { operation, content_type, compression, column_delimiter, null_as, mappings } = form;
  const csv = content_type === 'CSV';
  const rows = isByName(mappings) ? [] : mappings.flatMap(({ used }, at) => (used ? [at] : []));
  const column_mappings = mappings.filter((_, at) => rows.includes(at)).map(mappingOf);
  const asked: CreateLoadJob = {
    operation,
    object: form.object.trim(),
    ...(operation !== 'insert' && form.keys.length > 0 && { external_id_field: [...form.keys] }),
    content_type,
    // Said even where it is NONE: the SDK would else go by the file's name.
    compression,
    ...(csv && column_delimiter !== 'COMMA' && { column_delimiter }),
    ...(csv && null_as !== '' && { null_as }),
    ...(!isByName(mappings) && { column_mappings }),
    ...(form.tag.trim() !== '' && { tag: form.tag.trim() }),
    ...(form.max_errors.trim() !== '' && { max_errors: Number(form.max_errors) }),
    ...(form.all_or_nothing && { all_or_nothing: true }),
  };
  return { body: asked, rows };
}
