import type { LoadOperation, LoadOptions } from '../../contract/load.ts';
import type { FieldError } from '../../contract/problems.ts';
import { DELIMITERS } from '../sql/delimiters.ts';
import { duplicateNames, foldName } from './column-names.ts';

const problem = (pointer: string, message: string): FieldError => ({ pointer, message });

/** The key columns, as a list. */
export const keyColumns = ({ external_id_field: field }: Pick<LoadOptions, 'external_id_field'>): readonly string[] =>
  field === undefined ? [] : typeof field === 'string' ? [field] : field;

/** Which options do not go together, as JSON pointers into the request; empty when a load can be made of them. */
export function loadOptionProblems(operation: LoadOperation, options: LoadOptions): FieldError[] {
  return [
    ...keyProblems(operation, options),
    ...mappingProblems(operation, options),
    ...formatProblems(options),
    ...nullProblems(options),
  ];
}

function keyProblems(operation: LoadOperation, options: LoadOptions): FieldError[] {
  const pointer = '/external_id_field';
  const keys = keyColumns(options);
  if (operation === 'insert') return keys.length === 0 ? [] : [problem(pointer, 'insert has no key: leave it out')];
  if (keys.length === 0) return [problem(pointer, `${operation} needs the key columns of the table`)];
  return duplicateNames(keys).map((name) => problem(pointer, `${name} is named twice`));
}

function mappingProblems(operation: LoadOperation, options: LoadOptions): FieldError[] {
  const mappings = options.column_mappings;
  if (!mappings) return [];
  const targets = mappings.map(({ target_column }) => foldName(target_column));
  const problems = targets.flatMap((target, index) =>
    targets.indexOf(target) === index
      ? []
      : [problem(`/column_mappings/${index}/target_column`, 'is filled by a mapping before')],
  );
  const keys = keyColumns(options);
  const unmapped = keys.filter((key) => !targets.includes(foldName(key)));
  problems.push(
    ...unmapped.map((key) => problem('/column_mappings', `no mapping fills the key column ${key.slice(0, 127)}`)),
  );
  const folded = keys.map(foldName);
  if (operation === 'update' && targets.every((target) => folded.includes(target))) {
    problems.push(problem('/column_mappings', 'update sets columns that are no keys: map one at least'));
  }
  return problems;
}

function formatProblems(options: LoadOptions): FieldError[] {
  const { content_type } = options;
  const problems: FieldError[] = [];
  if (content_type === 'PARQUET' && options.compression !== 'NONE') {
    problems.push(problem('/compression', 'PARQUET is compressed within its row groups: use NONE'));
  }
  if (content_type === 'CSV') return problems;
  if (options.column_delimiter !== 'COMMA') {
    problems.push(problem('/column_delimiter', `${content_type} has no column delimiter: leave it out`));
  }
  if (options.line_ending !== undefined) {
    problems.push(problem('/line_ending', `${content_type} is read with either line ending: leave it out`));
  }
  if (options.null_as !== undefined) {
    problems.push(problem('/null_as', `${content_type} has a null of its own: leave it out`));
  }
  return problems;
}

function nullProblems({ content_type, null_as, column_delimiter }: LoadOptions): FieldError[] {
  if (content_type !== 'CSV' || null_as === undefined) return [];
  // eslint-disable-next-line no-control-regex -- a control character would end or split the line
  const breaks = /["\u0000-\u001f\u007f]/.test(null_as) || null_as.includes(DELIMITERS[column_delimiter]);
  return breaks ? [problem('/null_as', 'must not contain the delimiter, a double quote or a control character')] : [];
}
