import type { ColumnMetadata, Field } from '@aws-sdk/client-redshift-data';
import type { QueryValue } from '../../contract/queries.ts';
import type { ResultColumn } from '../../contract/results.ts';

/** The Data API names types as pg_type does; a manifest's schema, and so this service, in SQL's words. */
const typeNames: Readonly<Record<string, string>> = {
  bool: 'boolean',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bpchar: 'character',
  varchar: 'character varying',
  time: 'time without time zone',
  timetz: 'time with time zone',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  varbyte: 'binary varying',
};

export const columnOf = ({ name, label, typeName = '' }: ColumnMetadata): ResultColumn => ({
  name: label ?? name ?? '',
  type: typeNames[typeName] ?? typeName,
});

/** A field as JSON can hold it without loss. SUPER travels as JSON text and becomes what it says. */
export function valueOf(field: Field, typeName: string | undefined): QueryValue {
  if (field.isNull === true) return null;
  if (field.booleanValue !== undefined) return field.booleanValue;
  if (field.longValue !== undefined) return exactly(field.longValue);
  if (field.doubleValue !== undefined)
    return Number.isFinite(field.doubleValue) ? field.doubleValue : String(field.doubleValue);
  if (field.blobValue !== undefined) return Buffer.from(field.blobValue).toString('hex');
  const text = field.stringValue ?? '';
  return typeName === 'super' ? superOf(text) : text;
}

/** Long ones arrive as text (exact-longs.ts): a number where one holds it. */
const exactly = (value: number | string): QueryValue =>
  Number.isSafeInteger(Number(value)) ? Number(value) : String(value);

function superOf(text: string): QueryValue {
  try {
    return JSON.parse(text) as QueryValue;
  } catch {
    return text;
  }
}
