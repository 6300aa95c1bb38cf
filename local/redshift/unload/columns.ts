import { DuckDBTypeId, type DuckDBConnection, type DuckDBType } from '@duckdb/node-api';
import { sqlName, sqlString } from '../sql/rewriter.ts';
import { redshiftType, type RedshiftType } from '../values/redshift-type.ts';
import type { UnloadFormat } from './unload-command.ts';

/** A column of the inner query; `reference` is what it is called in the projection. */
export interface UnloadColumn {
  readonly name: string;
  readonly reference: string;
  readonly duckdb: DuckDBType;
  readonly type: RedshiftType;
}

/** The columns of a query, without running it. */
export async function describeColumns(connection: DuckDBConnection, sql: string): Promise<UnloadColumn[]> {
  const prepared = await connection.prepare(sql);
  try {
    return Array.from({ length: prepared.columnCount }, (_, index) => {
      const duckdb = prepared.columnType(index);
      return {
        name: prepared.columnName(index).toLowerCase(),
        reference: `c${index}`,
        duckdb,
        type: redshiftType(duckdb),
      };
    });
  } finally {
    prepared.destroySync();
  }
}

const isNested = ({ duckdb, type }: UnloadColumn): boolean => type.name === 'super' && duckdb.alias !== 'JSON';
const textBoolean = (c: string): string => `CASE WHEN ${c} THEN 't' WHEN NOT ${c} THEN 'f' END`;
const hexadecimal = (c: string): string => `lower(hex(${c}))`;

/** A text column can only be told from NULL where NULL has a text of its own. */
function delimitedText(c: string, format: Extract<UnloadFormat, { kind: 'CSV' | 'TEXT' }>): string {
  const special = sqlString(
    `([\\\\\\n\\r"'${format.delimiter === '|' ? '|' : `\\x{${(format.delimiter.codePointAt(0) ?? 0).toString(16)}}`}])`,
  );
  const escaped = format.escape ? `regexp_replace(${c}, ${special}, '\\\\\\1', 'g')` : c;
  return format.nullAs === undefined && !format.addQuotes ? `nullif(${escaped}, '')` : escaped;
}

function delimited(column: UnloadColumn, format: Extract<UnloadFormat, { kind: 'CSV' | 'TEXT' }>): string {
  const c = column.reference;
  if (isNested(column)) return `CAST(to_json(${c}) AS VARCHAR)`;
  switch (column.type.name) {
    case 'bool':
      return textBoolean(c);
    case 'float4':
    case 'float8':
      return `regexp_replace(CAST(${c} AS VARCHAR), '\\.0$', '')`;
    case 'super':
      return `CAST(${c} AS VARCHAR)`;
    case 'varbyte':
      return hexadecimal(c);
    case 'varchar':
      return delimitedText(`CAST(${c} AS VARCHAR)`, format);
    default:
      return c;
  }
}

function json(column: UnloadColumn): string {
  const c = column.reference;
  switch (column.type.name) {
    case 'bool':
      return textBoolean(c);
    case 'numeric':
      return `CAST(CAST(${c} AS VARCHAR) AS JSON)`;
    case 'float4':
    case 'float8':
      return `CAST(CASE WHEN isfinite(${c}) THEN regexp_replace(CAST(${c} AS VARCHAR), '\\.0$', '') END AS JSON)`;
    case 'varbyte':
      return hexadecimal(c);
    default:
      return c;
  }
}

function parquet(column: UnloadColumn): string {
  const c = column.reference;
  if (isNested(column)) return `CAST(to_json(${c}) AS VARCHAR)`;
  if (column.type.name === 'super') return `CAST(${c} AS VARCHAR)`;
  const wide: readonly DuckDBTypeId[] = [DuckDBTypeId.HUGEINT, DuckDBTypeId.UHUGEINT, DuckDBTypeId.UBIGINT];
  return wide.includes(column.duckdb.typeId) ? `CAST(${c} AS BIGINT)` : c;
}

function expression(column: UnloadColumn, format: UnloadFormat): string {
  switch (format.kind) {
    case 'PARQUET':
      return parquet(column);
    case 'JSON':
      return json(column);
    case 'CSV':
    case 'TEXT':
      return delimited(column, format);
  }
}

/** The engine's JSON writer takes decimals through doubles; lines with some are put together as text instead. */
export const needsExactJson = (columns: readonly UnloadColumn[]): boolean =>
  columns.some(({ type }) => type.name === 'numeric');

/** One JSON object a row, as text, with decimals as they are. */
export function jsonLine(columns: readonly UnloadColumn[], format: UnloadFormat): string {
  const members = columns.map((column, index) => {
    const value =
      column.type.name === 'numeric'
        ? `CAST(${column.reference} AS VARCHAR)`
        : `CAST(to_json(${expression(column, format)}) AS VARCHAR)`;
    const key = `${index === 0 ? '' : ','}${JSON.stringify(column.name)}:`;
    return `${sqlString(key)} || coalesce(${value}, 'null')`;
  });
  return `'{' || ${members.join(' || ')} || '}'`;
}

/** The select list that gives every column the form it has in files of `format`. */
export const projection = (columns: readonly UnloadColumn[], format: UnloadFormat): string =>
  columns.map((column) => `${expression(column, format)} AS ${sqlName(column.name)}`).join(', ');
