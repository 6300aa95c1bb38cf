import type { DuckDBValue } from '@duckdb/node-api';

/** One value of a result, as the Data API sends it. */
export type Field =
  | { readonly isNull: true }
  | { readonly booleanValue: boolean }
  | { readonly longValue: bigint }
  | { readonly doubleValue: number }
  | { readonly stringValue: string };

const FLOATS = new Set(['float4', 'float8']);
const INTEGERS = new Set(['int2', 'int4', 'int8']);

/** A DuckDB value as a field; exact decimals, dates, times and SUPER travel as text. */
export function toField(value: DuckDBValue, typeName: string): Field {
  if (value === null) return { isNull: true };
  if (typeof value === 'boolean') return { booleanValue: value };
  if (typeof value === 'bigint') return { longValue: value };
  if (typeof value === 'number') {
    if (INTEGERS.has(typeName)) return { longValue: BigInt(value) };
    return FLOATS.has(typeName) && Number.isFinite(value) ? { doubleValue: value } : { stringValue: String(value) };
  }
  return { stringValue: typeof value === 'string' ? value : String(value) };
}

const NULL_BYTES = 4;

/** About the bytes of a field in a result, as ResultSize counts them. */
export function fieldBytes(field: Field): number {
  if ('stringValue' in field) return Buffer.byteLength(field.stringValue);
  return 'isNull' in field ? NULL_BYTES : 8;
}
