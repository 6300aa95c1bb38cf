import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlName, sqlString } from '../sql/rewriter.ts';
import type { ValueOptions } from './copy-command.ts';
import { NULL_MARK } from './delimited-records.ts';
import { MAX_RECORD_BYTES, type Rejected } from './rejected.ts';
import type { Target, TargetColumn } from './target.ts';
import { MISSING, valueFault } from './value-faults.ts';
import { valueSql } from './value-sql.ts';

/** A file of rows as the engine's reader takes them. */
export interface RowFile {
  readonly path: string;
  readonly delimiter: string;
  readonly quote: string | undefined;
  /** Rows on top that are no data. */
  readonly skip: number;
  /** `converted`: the line comes first, an empty field without quotes is NULL. */
  readonly kind: 'original' | 'cleaned' | 'converted';
  /** Fields of each row, where these are fewer than there are columns. */
  readonly fields?: number;
}

/** A row whose values are not acceptable; `line` is that of the file, or its number among the rows of the file. */
export interface FaultyRow {
  readonly line: number;
  readonly rejected: Omit<Rejected, 'line'>;
}

const STAGE = 'rs_copy_stage';
const REJECTS = 'rs_copy_rejects';
const SCANS = 'rs_copy_scans';
const FAULTS = 'rs_copy_faults';

function readerSql({ path, delimiter, quote = '', skip, kind }: RowFile, count: number): string {
  const names = [
    ...(kind === 'converted' ? ['line'] : []),
    ...Array.from({ length: count }, (_, index) => `c${index}`),
  ];
  const nullText = kind === 'converted' ? '' : NULL_MARK;
  return `read_csv(${sqlString(path)}, auto_detect = false, header = false, skip = ${skip}, compression = 'none',
    columns = {${names.map((name) => `${name}: 'VARCHAR'`).join(', ')}},
    delim = ${sqlString(delimiter)}, quote = ${sqlString(quote)}, escape = ${sqlString(quote)}, comment = '',
    nullstr = ${sqlString(nullText)}, allow_quoted_nulls = false, strict_mode = true,
    max_line_size = ${2 * MAX_RECORD_BYTES},
    store_rejects = true, rejects_table = '${REJECTS}', rejects_scan = '${SCANS}', rejects_limit = 1)`;
}

/** One number a row: NULL when it is good, else twice the first column to blame, plus one when its value is missing. */
function whySql(columns: readonly TargetColumn[], options: ValueOptions, count: number): string {
  const cases = columns.flatMap((column, index) => {
    const { bad } = valueSql(column, options);
    const missing = column.notNull ? [`WHEN v${index} IS NULL THEN ${2 * index + 1}`] : [];
    return index < count ? [`WHEN ${bad(`x${index}`, `v${index}`)} THEN ${2 * index}`, ...missing] : missing;
  });
  return `CASE ${cases.join(' ')} END`;
}

/** FILLRECORD: what is missing is an empty text for VARCHAR, and NULL for all else. Only the first field is never missing. */
function rawSql({ kind, fields }: RowFile, { text, type }: TargetColumn, index: number): string {
  const isVarchar = type.name === 'varchar' && text.type === 'varchar';
  if (fields !== undefined && index >= fields) return isVarchar ? `''` : 'CAST(NULL AS VARCHAR)';
  return kind === 'cleaned' && (isVarchar || index === 0) ? `coalesce(c${index}, '')` : `c${index}`;
}

function stageSql(file: RowFile, columns: readonly TargetColumn[], options: ValueOptions): string {
  const each = (sql: (column: TargetColumn, index: number) => string): string => columns.map(sql).join(', ');
  const line = file.kind === 'converted' ? 'line, ' : '';
  const count = file.fields ?? columns.length;
  const staged = (letter: string): string =>
    Array.from({ length: count }, (_, index) => `${letter}${index}`).join(', ');
  const raws = staged('c');
  const texts = `SELECT ${line}${raws}, ${each((column, index) => `${valueSql(column, options).text(rawSql(file, column, index))} AS x${index}`)}
    FROM ${readerSql(file, count)}`;
  const values = `SELECT *, ${each((column, index) => `${valueSql(column, options).value(`x${index}`)} AS v${index}`)}
    FROM (${texts})`;
  const judged = `SELECT *, ${whySql(columns, options, count)} AS why FROM (${values})`;
  const lineNumber = file.kind === 'converted' ? 'CAST(line AS BIGINT) AS line, ' : '';
  return `SELECT ${lineNumber}${staged('v')}, why, CASE WHEN why IS NOT NULL THEN [${raws}] END AS raws,
    CASE WHEN why IS NOT NULL THEN [${staged('x')}] END AS texts FROM (${judged})`;
}

async function count(connection: DuckDBConnection, sql: string): Promise<number> {
  return Number((await connection.runAndReadAll(sql)).getRows()[0]?.[0] ?? 0);
}

export async function dropStage(connection: DuckDBConnection): Promise<void> {
  for (const table of [STAGE, REJECTS, SCANS]) await connection.run(`DROP TABLE IF EXISTS temp.${table}`);
  await connection.run(`DROP SEQUENCE IF EXISTS temp.${FAULTS}`);
}

/** Whether the engine's reader took every row. */
const tookAll = async (connection: DuckDBConnection): Promise<boolean> =>
  (await count(connection, `SELECT count(*) FROM temp.${REJECTS}`)) === 0;

/** Reads a file into the stage. Returns whether the engine's reader took every row. */
export async function stageRows(
  connection: DuckDBConnection,
  file: RowFile,
  columns: readonly TargetColumn[],
  options: ValueOptions,
): Promise<boolean> {
  await dropStage(connection);
  await connection.run(`CREATE TEMP TABLE ${STAGE} AS ${stageSql(file, columns, options)}`);
  return tookAll(connection);
}

/** Numbers of rows in a transaction are larger than those that a double holds exactly. */
async function lastRow(connection: DuckDBConnection, { relation }: Target): Promise<string> {
  const found = await connection.runAndReadAll(`SELECT coalesce(max(rowid), -1) FROM ${relation}`);
  return String(found.getRows()[0]?.[0]);
}

/** What became of a file that was read straight into the table: `unread`, for the reader, or `faulty`, for a value, nothing did. */
export type Direct = { readonly outcome: 'loaded'; readonly rows: number } | { readonly outcome: 'unread' | 'faulty' };

/**
 * Reads a file into the table without a stage, which can hold only what is good: of any row that is not, no trace is left but
 * that there was one. A sequence tells it, as the engine does not fetch its next number for a good row.
 */
export async function insertDirectly(
  connection: DuckDBConnection,
  file: RowFile,
  target: Target,
  options: ValueOptions,
): Promise<Direct> {
  await dropStage(connection);
  const last = await lastRow(connection, target);
  await connection.run(`CREATE TEMP SEQUENCE ${FAULTS}`);
  const isGood = `CASE WHEN why IS NULL THEN true ELSE nextval('temp.${FAULTS}') < 0 END`;
  const from = `(${stageSql(file, target.columns, options)})`;
  const rows = await insertFrom(connection, { from, isGood }, file, target, options);
  const faults = await count(
    connection,
    `SELECT last_value FROM duckdb_sequences() WHERE temporary AND sequence_name = '${FAULTS}'`,
  );
  const isRead = await tookAll(connection);
  if (isRead && faults === 0) return { outcome: 'loaded', rows };
  await connection.run(`DELETE FROM ${target.relation} WHERE rowid > ${last}`);
  return { outcome: isRead ? 'faulty' : 'unread' };
}

const asTexts = (list: unknown): (string | undefined)[] => {
  const parsed: unknown = typeof list === 'string' ? JSON.parse(list) : [];
  return Array.isArray(parsed) ? parsed.map((item: unknown) => (typeof item === 'string' ? item : undefined)) : [];
};

/** The first rows that are not acceptable, in their order. */
export async function faultyRows(
  connection: DuckDBConnection,
  { kind, delimiter }: RowFile,
  columns: readonly TargetColumn[],
  options: ValueOptions,
  limit: number,
): Promise<FaultyRow[]> {
  if ((await count(connection, `SELECT count(why) FROM temp.${STAGE}`)) === 0) return [];
  // Rows of a transaction that is open are not numbered from zero.
  const line = kind === 'converted' ? 'line' : `rowid + 1 - (SELECT min(rowid) FROM temp.${STAGE})`;
  const rows = await connection.runAndReadAll(
    `SELECT ${line}, why, to_json(raws)::VARCHAR, to_json(texts)::VARCHAR FROM temp.${STAGE} WHERE why IS NOT NULL
     ORDER BY rowid LIMIT ${limit}`,
  );
  return rows.getRows().map(([at, why, rawList, textList]) => {
    const index = Math.floor(Number(why) / 2);
    const column = columns[index];
    if (column === undefined) throw new Error(`there is no column ${index}`);
    const raws = asTexts(rawList);
    const fault = Number(why) % 2 === 1 ? MISSING : valueFault(column, asTexts(textList)[index] ?? '', options);
    const rawLine = raws.map((raw) => raw ?? '').join(delimiter);
    return { line: Number(at), rejected: { ...fault, column: index, rawLine, rawValue: raws[index] ?? '' } };
  });
}

export const countGood = (connection: DuckDBConnection): Promise<number> =>
  count(connection, `SELECT count(*) - count(why) FROM temp.${STAGE}`);

/** What is missing in every row is not staged. */
function valueOf(file: RowFile, column: TargetColumn, index: number, options: ValueOptions): string {
  if (index < (file.fields ?? Infinity)) return `v${index}`;
  const { text, value } = valueSql(column, options);
  return value(text(rawSql(file, column, index)));
}

/** Rows with their values, and the condition for those that are put into the table. */
interface Rows {
  readonly from: string;
  readonly isGood: string;
}

async function insertFrom(
  connection: DuckDBConnection,
  { from, isGood }: Rows,
  file: RowFile,
  target: Target,
  options: ValueOptions,
): Promise<number> {
  const names = target.columns.map(({ name }) => sqlName(name)).join(', ');
  const values = target.columns.map((column, index) => valueOf(file, column, index, options)).join(', ');
  // A running number has the engine take the rows one after the other, which default values that count need.
  const source = target.counts ? `(SELECT *, row_number() OVER () AS n FROM ${from})` : from;
  const inOrder = target.counts ? ' AND n > 0' : '';
  const sql = `INSERT INTO ${target.relation} (${names}) SELECT ${values} FROM ${source} WHERE ${isGood}${inOrder}`;
  return (await connection.run(sql)).rowsChanged;
}

/** Moves the good rows into the table, in their order. Returns how many. */
export const insertRows = (
  connection: DuckDBConnection,
  file: RowFile,
  target: Target,
  options: ValueOptions,
): Promise<number> => insertFrom(connection, { from: `temp.${STAGE}`, isGood: 'why IS NULL' }, file, target, options);
