import { MAX_STATEMENT_BYTES } from '../sql/guard.ts';
import { utf8Length } from '../sql/literal.ts';
import { LoadRefused } from './errors.ts';

/** Statements one batch of the Data API takes. */
export const MAX_STATEMENTS = 40;

/** What a statement is for: `copy_2` is COPY of the second file. */
export type LoadStep =
  | 'marker'
  | 'rejected'
  | `stage_${number}`
  | `copy_${number}`
  | `errors_${number}`
  | 'lines'
  | 'columns'
  | 'column_names'
  | 'values'
  | 'duplicates'
  | 'reject_duplicates'
  | 'known'
  | 'reject_missing'
  | 'failed'
  | 'good'
  | 'max_errors'
  | 'all_or_nothing'
  | 'source'
  | 'apply';

/** The step is told by DescribeStatement's QueryString, so that a failure can be. @throws LoadRefused LOAD_TOO_WIDE */
export function statement(step: LoadStep, sql: string): string {
  const text = `/* spectra:${step} */ ${sql}`;
  if (utf8Length(text) > MAX_STATEMENT_BYTES) throw tooWide();
  return text;
}

export const tooWide = (): LoadRefused =>
  new LoadRefused(
    'LOAD_TOO_WIDE',
    'The columns and transforms are more than one load can hold: load fewer columns at a time, or shorten names and transforms.',
  );

/** The step a statement of a load is, by its text; undefined for any other statement. */
export const stepOf = (sql: string): string | undefined => /^\s*\/\* spectra:([a-z_]+\d*) \*\//.exec(sql)?.[1];
