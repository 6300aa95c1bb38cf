import type { LoadOptions } from '../../contract/load.ts';
import { DELIMITERS } from '../sql/delimiters.ts';
import { stringLiteral } from '../sql/literal.ts';
import { foldName, freeName } from './column-names.ts';
import type { Fill, MatchedColumns } from './match-columns.ts';
import { isText, type LoadType } from './redshift-type.ts';
import type { SourceColumn, SourceFile } from './source.ts';

/** What a field beyond the header is staged as: four of them, put together, still are one VARCHAR. */
export const SPILL: LoadType = { kind: 'varchar', size: 16_000 };
const SPILLS = ['x1', 'x2', 'x3', 'x4'] as const;

/** The columns of an input table that take what rows have beyond the header. */
export function spillNames(columns: readonly SourceColumn[]): string[] {
  const taken = columns.map(({ name }) => name);
  return SPILLS.map((name) => freeName(`_extra_${name}`, taken));
}

/**
 * Which files, by number, COPY reads with FILLRECORD: rows with too many or too few fields are staged then, and rejected with what
 * is in them. It does not tell a field that is not there from one that is empty, as it gives VARCHAR the same for both (NULL with
 * EMPTYASNULL, else the empty string). So the last column of the file has to be one where either is rejected: of any other file
 * a row that was cut off would be loaded as if it were whole.
 * Source: data conversion parameters of COPY in the Redshift developer guide.
 */
export function raggedFiles(
  files: readonly { readonly source: SourceFile }[],
  { columns, fills }: MatchedColumns,
  options: Pick<LoadOptions, 'content_type' | 'null_as'>,
): ReadonlySet<number> {
  if (options.content_type !== 'CSV') return new Set();
  const neverEmpty = ({ key, nullable, type, transform }: Fill): boolean =>
    transform === undefined && (options.null_as === undefined ? key || !nullable : !isText(type));
  const required = new Set(fills.filter(neverEmpty).map(({ source }) => foldName(columns[source]?.name ?? '')));
  const ragged = files.filter(({ source }) => required.has(foldName(source.columns.at(-1)?.name ?? '')));
  return new Set(ragged.map(({ source }) => source.number));
}

/** The columns of the rows of all files, `x1` to `x4`, where those of one have any. */
export const spillColumns = (ragged: ReadonlySet<number>): readonly string[] => (ragged.size === 0 ? [] : SPILLS);

/** What a row of the alias `u` has beyond the header, as it would stand in the file; NULL when there is nothing. */
export function extraSql({ column_delimiter }: Pick<LoadOptions, 'column_delimiter'>): string {
  const delimiter = stringLiteral(DELIMITERS[column_delimiter]);
  const given = SPILLS.map((name) => `NULLIF(u.${name}, '')`).join(', ');
  const joined = SPILLS.map((name) => `COALESCE(u.${name}, '')`).join(` || ${delimiter} || `);
  return `CASE WHEN COALESCE(${given}) IS NOT NULL THEN RTRIM(${joined}, ${delimiter}) END`;
}
