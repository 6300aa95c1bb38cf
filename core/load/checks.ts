import { quotedIdentifier, stringLiteral } from '../sql/literal.ts';
import type { LoadOperation } from '../../contract/load.ts';
import type { MatchedColumns } from './match-columns.ts';
import { typeText } from './redshift-type.ts';
import { headerLines, rowNumberName, type StagingSpec } from './staging.ts';
import { statement } from './statement.ts';
import type { LoadTables } from './tables.ts';
import { checksOf, WHY, type Value } from './values.ts';

/** Rows of all files in the types of the table, each with `f` file, `n` line and `why` it is rejected (NULL: it is good). */
export function valuesStatement(spec: StagingSpec, values: readonly Value[], tables: LoadTables): string {
  const header = headerLines(spec.options);
  const names = spec.columns.map((_column, index) => `s${index + 1}`);
  const id = quotedIdentifier(rowNumberName(spec.columns));
  const rows = spec.files.map(({ source: { number } }) => {
    const input = tables.input(number);
    return `SELECT ${number}, l.lo, ${input}.* FROM ${input} CROSS JOIN (SELECT MIN(${id}) AS lo FROM ${input}) AS l`;
  });
  const lined =
    `SELECT ${['f', ...names].map((name) => `u.${name}`).join(', ')}, COALESCE(b.n, u.i - u.lo + ${1 + header}) AS n` +
    ` FROM (${rows.join(' UNION ALL ')}) AS u(${['f', 'lo', 'i', ...names].join(', ')})` +
    ` LEFT JOIN ${tables.lines} AS b ON b.f = u.f AND b.i = u.i`;
  const transformed = values.flatMap(({ raw, rawSql }) => (rawSql === undefined ? [] : [`${rawSql} AS ${raw}`]));
  const typed = values.flatMap(({ typed: name, typedSql }) =>
    typedSql === undefined ? [] : [`${typedSql} AS ${name}`],
  );
  const checks = values.flatMap(checksOf);
  const why = checks.length === 0 ? 'CAST(NULL AS INTEGER)' : `CASE ${checks.join(' ')} END`;
  const inner = [transformed, typed].reduce(
    (from, more, level) =>
      more.length === 0 ? from : `SELECT q${level}.*, ${more.join(', ')} FROM (${from}) AS q${level}`,
    lined,
  );
  return statement('values', `CREATE TEMP TABLE ${tables.staged} AS SELECT q.*, ${why} AS why FROM (${inner}) AS q`);
}

/** What the reasons say of each column: its number as in `why`, its name in the file, its type in the table. */
export function columnStatements({ columns }: MatchedColumns, values: readonly Value[], tables: LoadTables): string[] {
  const rows = values.map(({ number, fill }) => {
    const name = columns[fill.source]?.name ?? fill.target;
    return `(${number * 10}, ${stringLiteral(name)}, ${stringLiteral(typeText(fill.type))})`;
  });
  return [
    statement('columns', `CREATE TEMP TABLE ${tables.fields} (c INTEGER, name VARCHAR(127), type VARCHAR(40))`),
    statement('column_names', `INSERT INTO ${tables.fields} VALUES ${rows.join(', ')}`),
  ];
}

const keysOf = (values: readonly Value[]): string[] => values.filter(({ fill }) => fill.key).map(({ typed }) => typed);

const sameKeys = (values: readonly Value[], left: string, right: string): string =>
  keysOf(values)
    .map((key, index) => `${left}.k${index + 1} = ${right}.${key}`)
    .join(' AND ');

const asKeys = (values: readonly Value[], table: string): string =>
  keysOf(values)
    .map((key, index) => `${table}.${key} AS k${index + 1}`)
    .join(', ');

/** How a row of the table is told to be that of a staged row. */
export const targetMatches = (values: readonly Value[], { own }: LoadTables, table: string): string =>
  values
    .filter(({ fill }) => fill.key)
    .map(({ fill, typed }) => `${own}.${quotedIdentifier(fill.target)} = ${table}.${typed}`)
    .join(' AND ');

/** Rejects every copy of a key that the files have twice, and notes which keys the table has. */
export function keyStatements(operation: LoadOperation, values: readonly Value[], tables: LoadTables): string[] {
  if (operation === 'insert') return [];
  const { staged, twice, known } = tables;
  const keys = keysOf(values);
  const present = keys.map((key) => `${key} IS NOT NULL`).join(' AND ');
  const statements = [
    statement(
      'duplicates',
      `CREATE TEMP TABLE ${twice} AS SELECT ${asKeys(values, staged)} FROM ${staged} WHERE ${present} GROUP BY ${keys.join(', ')} HAVING COUNT(*) > 1`,
    ),
    statement(
      'reject_duplicates',
      `UPDATE ${staged} SET why = ${WHY.DUPLICATE_KEY} FROM ${twice} WHERE ${sameKeys(values, twice, staged)} AND ${staged}.why IS NULL`,
    ),
    statement(
      'known',
      `CREATE TEMP TABLE ${known} AS SELECT DISTINCT ${asKeys(values, staged)} FROM ${staged} JOIN ${tables.target} ON ${targetMatches(values, tables, staged)} WHERE ${staged}.why IS NULL`,
    ),
  ];
  if (operation === 'upsert') return statements;
  const missing = `NOT EXISTS (SELECT 1 FROM ${known} WHERE ${sameKeys(values, known, staged)})`;
  statements.push(
    statement(
      'reject_missing',
      `UPDATE ${staged} SET why = ${WHY.NO_SUCH_ROW} WHERE ${staged}.why IS NULL AND ${missing}`,
    ),
  );
  return statements;
}

/** Whether the table has the key of a good row: for upsert, joined by this. */
export const joinKnown = (values: readonly Value[], { staged, known }: LoadTables): string =>
  `LEFT JOIN ${known} ON ${sameKeys(values, known, staged)}`;

/** Fails the batch, by a division by zero, when more rows were rejected than may be. */
export function guardStatement(
  { max_errors, all_or_nothing }: { readonly max_errors: number; readonly all_or_nothing: boolean },
  tables: LoadTables,
): string {
  const rejected = `SELECT 1 AS one FROM ${tables.staged} WHERE why IS NOT NULL UNION ALL SELECT 1 FROM ${tables.rejected}`;
  const most = all_or_nothing ? 0 : max_errors;
  return statement(
    all_or_nothing ? 'all_or_nothing' : 'max_errors',
    `CREATE TEMP TABLE ${tables.guard} AS SELECT 1 / CASE WHEN COUNT(*) > ${most} THEN 0 ELSE 1 END AS ok FROM (${rejected}) AS q`,
  );
}
