import { LoadRefused, shown } from './errors.ts';
import { TEXT, type LoadType } from './redshift-type.ts';

/** An element of a Parquet footer's schema, as far as it matters here: the root first, then its columns. */
export type ParquetElement = {
  readonly name: string;
  /** Physical type; none for a group. */
  readonly type?: string | undefined;
  readonly repetition_type?: string | undefined;
  readonly num_children?: number | undefined;
  readonly converted_type?: string | undefined;
  readonly logical_type?:
    | {
        readonly type: string;
        readonly precision?: number | undefined;
        readonly scale?: number | undefined;
        readonly bitWidth?: number | undefined;
        readonly isSigned?: boolean | undefined;
      }
    | undefined;
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
};

const PHYSICAL: Readonly<Record<string, LoadType>> = {
  BOOLEAN: { kind: 'boolean' },
  INT32: { kind: 'integer' },
  INT64: { kind: 'bigint' },
  INT96: { kind: 'timestamp' },
  FLOAT: { kind: 'real' },
  DOUBLE: { kind: 'double' },
};

const ANNOTATED: Readonly<Record<string, LoadType>> = {
  STRING: TEXT,
  UTF8: TEXT,
  ENUM: TEXT,
  JSON: TEXT,
  DATE: { kind: 'date' },
  TIMESTAMP: { kind: 'timestamp' },
  TIMESTAMP_MILLIS: { kind: 'timestamp' },
  TIMESTAMP_MICROS: { kind: 'timestamp' },
  INT_8: { kind: 'smallint' },
  INT_16: { kind: 'smallint' },
  INT_32: { kind: 'integer' },
  INT_64: { kind: 'bigint' },
  UINT_8: { kind: 'smallint' },
  UINT_16: { kind: 'integer' },
  UINT_32: { kind: 'bigint' },
};

/** The type that COPY wants a column to have for this one; undefined when it reads none such. */
export function parquetType(element: ParquetElement): LoadType | undefined {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (type === undefined || element.repetition_type === 'REPEATED') return undefined;
  const annotation = logical?.type ?? converted;
  if (annotation === undefined) return PHYSICAL[type];
  if (annotation === 'DECIMAL') {
    const precision = logical?.precision ?? element.precision ?? 0;
    const scale = logical?.scale ?? element.scale ?? 0;
    return precision >= 1 && precision <= 38 && scale <= precision ? { kind: 'numeric', precision, scale } : undefined;
  }
  if (annotation === 'INTEGER')
    return ANNOTATED[`${logical?.isSigned === false ? 'UINT' : 'INT'}_${logical?.bitWidth ?? 0}`];
  return ANNOTATED[annotation];
}

/**
 * The columns of a Parquet file, in order, from the schema of its footer.
 * @throws LoadRefused COLUMN_UNSUPPORTED, FILE_FORMAT_MISMATCH
 */
export function parquetColumns(file: number, schema: readonly ParquetElement[]): { name: string; type: LoadType }[] {
  const [root, ...columns] = schema;
  if (!root || columns.length === 0)
    throw new LoadRefused('FILE_FORMAT_MISMATCH', `File ${file} is a Parquet file without columns.`);
  return columns.map((element) => {
    const type = parquetType(element);
    if (type) return { name: element.name, type };
    const what = element.logical_type?.type ?? element.converted_type ?? element.type ?? 'nested';
    throw new LoadRefused(
      'COLUMN_UNSUPPORTED',
      `File ${file}: the Parquet type of the column ${shown(element.name)} (${what}) cannot be loaded. Write it as text, or leave it out.`,
    );
  });
}
