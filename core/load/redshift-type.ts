/** A type that values can be loaded as, by what it can be converted to; sizes only where they matter. */
export type LoadType =
  | { readonly kind: 'smallint' | 'integer' | 'bigint' | 'real' | 'double' | 'boolean' }
  | { readonly kind: 'date' | 'time' | 'timetz' | 'timestamp' | 'timestamptz' }
  | { readonly kind: 'numeric'; readonly precision: number; readonly scale: number }
  /** `size` in bytes. */
  | { readonly kind: 'char' | 'varchar'; readonly size: number };
export type LoadKind = LoadType['kind'];

const NAMES: Readonly<Record<Exclude<LoadKind, 'numeric' | 'char' | 'varchar'>, string>> = {
  smallint: 'SMALLINT',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  real: 'REAL',
  double: 'DOUBLE PRECISION',
  boolean: 'BOOLEAN',
  date: 'DATE',
  time: 'TIME',
  timetz: 'TIMETZ',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMPTZ',
};

/** As it stands in SQL. */
export function typeText(type: LoadType): string {
  switch (type.kind) {
    case 'numeric':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'char':
    case 'varchar':
      return `${type.kind.toUpperCase()}(${type.size})`;
    default:
      return NAMES[type.kind];
  }
}

export const MAX_VARCHAR = 65_535;
/** What a field of a text file is staged as. */
export const TEXT: LoadType = { kind: 'varchar', size: MAX_VARCHAR };

const NUMBERS: readonly LoadKind[] = ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double'];
const TEXTS: readonly LoadKind[] = ['char', 'varchar'];
const TIMES: readonly LoadKind[] = ['date', 'time', 'timetz', 'timestamp', 'timestamptz'];

/** Which kinds TRY_CAST converts to; for all others it fails as a whole. Source: TRY_CAST in the Redshift developer guide. */
const CASTS: Readonly<Record<LoadKind, readonly LoadKind[]>> = {
  smallint: [...NUMBERS, ...TEXTS, 'boolean'],
  integer: [...NUMBERS, ...TEXTS, 'boolean'],
  bigint: [...NUMBERS, ...TEXTS, 'boolean'],
  numeric: [...NUMBERS, ...TEXTS],
  real: [...NUMBERS, ...TEXTS],
  double: [...NUMBERS, ...TEXTS],
  // Text is read by CASE, as TRY_CAST has no way between text and BOOLEAN.
  boolean: ['smallint', 'integer', 'bigint', 'boolean', ...TEXTS],
  char: [...NUMBERS, ...TEXTS, ...TIMES, 'boolean'],
  varchar: [...NUMBERS, ...TEXTS, ...TIMES, 'boolean'],
  date: ['date', 'timestamp', 'timestamptz', ...TEXTS],
  time: ['time', 'timetz', ...TEXTS],
  timetz: ['timetz', 'time', ...TEXTS],
  timestamp: ['timestamp', 'timestamptz', 'date', 'time', ...TEXTS],
  timestamptz: ['timestamptz', 'timestamp', 'date', 'time', 'timetz', ...TEXTS],
};

export const isConvertible = (from: LoadType, to: LoadType): boolean => CASTS[from.kind].includes(to.kind);
export const isText = (type: LoadType): type is Extract<LoadType, { size: number }> =>
  type.kind === 'char' || type.kind === 'varchar';
