import { DuckDBTypeId, type DuckDBConnection, type DuckDBType } from '@duckdb/node-api';
import { sqlName, sqlString } from '../sql/rewriter.ts';
import { SqlError } from '../sql/sql-error.ts';
import { errorMessage } from '../engine/error-message.ts';
import { redshiftType } from '../values/redshift-type.ts';
import { contentOf, write } from './fetch.ts';
import type { LoadContext, Loaded } from './load-context.ts';
import type { SourceFile } from './source-files.ts';
import type { Target, TargetColumn } from './target.ts';

interface FileColumn {
  readonly name: string;
  readonly duckdb: DuckDBType;
}

const NESTED: readonly DuckDBTypeId[] = [DuckDBTypeId.LIST, DuckDBTypeId.STRUCT, DuckDBTypeId.MAP, DuckDBTypeId.ARRAY];
const MAGIC = 'PAR1';

const fail = (message: string, cause?: unknown): SqlError => new SqlError('XX000', message, undefined, { cause });

async function fileColumns(connection: DuckDBConnection, path: string, { url }: SourceFile): Promise<FileColumn[]> {
  try {
    const prepared = await connection.prepare(
      `SELECT * FROM read_parquet(${sqlString(path)}, hive_partitioning = false)`,
    );
    try {
      return Array.from({ length: prepared.columnCount }, (_, index) => ({
        name: prepared.columnName(index),
        duckdb: prepared.columnType(index),
      }));
    } finally {
      prepared.destroySync();
    }
  } catch (cause) {
    throw fail(
      `File '${url}' is not a valid Parquet file with the magic number ${MAGIC}: ${errorMessage(cause)}`,
      cause,
    );
  }
}

/** Whether values of a file's column go into the table's as they are. Text goes into SUPER as JSON only when asked to. */
function fits(column: TargetColumn, file: DuckDBType, serializes: boolean): boolean {
  const type = redshiftType(file);
  if (NESTED.includes(file.typeId)) return column.type.name === 'super' && serializes;
  if (column.type.name === 'timestamp' || column.type.name === 'timestamptz')
    return type.name === 'timestamp' || type.name === 'timestamptz';
  if (column.type.name === 'numeric')
    return type.name === 'numeric' && type.precision <= column.type.precision && type.scale === column.type.scale;
  if (column.type.name === 'varchar' && type.name === 'super') return true;
  if (column.type.name === 'super') return type.name === 'varchar';
  return column.type.name === type.name;
}

function checkColumns(target: Target, found: readonly FileColumn[], { url }: SourceFile, serializes: boolean): void {
  if (found.length !== target.columns.length) {
    throw fail(
      `Unmatched number of columns between table and file. Table columns: ${target.columns.length}, Data columns: ${found.length}, File name: ${url}`,
    );
  }
  for (const [index, column] of target.columns.entries()) {
    const file = found[index];
    if (file === undefined || fits(column, file.duckdb, serializes)) continue;
    throw fail(
      `Spectrum Scan Error. File '${url}' has an incompatible Parquet schema for column '${url}.${file.name}'. Column type: ${column.type.base.toUpperCase()}, Parquet schema: ${file.duckdb.toString()}`,
    );
  }
}

function valueOf({ type, duckdb }: TargetColumn, file: FileColumn, index: number): string {
  const value = `c${index}`;
  if (type.name === 'super' && file.duckdb.typeId !== DuckDBTypeId.VARCHAR) return `to_json(${value})`;
  if (type.name === 'timestamp' && file.duckdb.typeId === DuckDBTypeId.TIMESTAMP_TZ) return `timezone('UTC', ${value})`;
  return `CAST(${value} AS ${duckdb.alias === 'JSON' ? 'JSON' : duckdb.toString()})`;
}

/** The longest texts and the NULLs, where the table sets a bound. */
async function checkValues(
  connection: DuckDBConnection,
  rows: string,
  target: Target,
  { url }: SourceFile,
): Promise<void> {
  const checks = target.columns.map(({ type }, index) =>
    type.name === 'varchar'
      ? `max(strlen(CAST(c${index} AS VARCHAR))), count(*) - count(c${index})`
      : `0, count(*) - count(c${index})`,
  );
  const [facts = []] = (await connection.runAndReadAll(`SELECT ${checks.join(', ')} FROM ${rows}`)).getRows();
  for (const [index, { name, text, notNull }] of target.columns.entries()) {
    const longest = Number(facts[2 * index] ?? 0);
    if (longest > text.length) {
      throw fail(
        `The length of the data column ${name} is longer than the length defined in the table. Table: ${text.length}, Data: ${longest}, File name: ${url}`,
      );
    }
    if (notNull && Number(facts[2 * index + 1] ?? 0) > 0)
      throw new SqlError('23502', `Cannot insert a NULL value into column ${name}`);
  }
}

/** Loads a Parquet file by the position of its columns: all of it, or the COPY fails. */
export async function loadParquet(context: LoadContext, source: SourceFile, serializes: boolean): Promise<Loaded> {
  const { connection, target, path, signal } = context;
  await write(path, contentOf(context, source, 'NONE', path), signal);
  const found = await fileColumns(connection, path, source);
  checkColumns(target, found, source, serializes);
  const references = target.columns.map((_, index) => `c${index}`).join(', ');
  const rows = `read_parquet(${sqlString(path)}, hive_partitioning = false) AS q(${references})`;
  await checkValues(connection, rows, target, source);
  const names = target.columns.map(({ name }) => sqlName(name)).join(', ');
  const values = target.columns.map((column, index) => {
    const file = found[index];
    return file === undefined ? 'NULL' : `${valueOf(column, file, index)} AS v${index}`;
  });
  const numbered = target.counts ? `(SELECT *, row_number() OVER () AS n FROM ${rows}) WHERE n > 0` : rows;
  const sql = `INSERT INTO ${target.relation} (${names}) SELECT ${values.join(', ')} FROM ${numbered}`;
  return { rows: (await connection.run(sql)).rowsChanged, rejected: [] };
}
