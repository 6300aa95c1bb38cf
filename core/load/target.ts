import { MAX_VARCHAR, type LoadType } from './redshift-type.ts';

/** A column of the table, as DescribeTable tells it. */
export type TargetColumn = {
  readonly name: string;
  /** `int4`, `integer`, `character varying`, `numeric`, ... */
  readonly type: string;
  /** Bytes, of text. */
  readonly length?: number | undefined;
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
  readonly nullable: boolean;
  readonly has_default: boolean;
  /** Redshift makes its values: none may be given. */
  readonly identity?: boolean | undefined;
};

const SIMPLE: Readonly<Record<string, LoadType['kind']>> = {
  smallint: 'smallint',
  int2: 'smallint',
  integer: 'integer',
  int: 'integer',
  int4: 'integer',
  bigint: 'bigint',
  int8: 'bigint',
  real: 'real',
  float4: 'real',
  'double precision': 'double',
  double: 'double',
  float: 'double',
  float8: 'double',
  boolean: 'boolean',
  bool: 'boolean',
  date: 'date',
  time: 'time',
  'time without time zone': 'time',
  timetz: 'timetz',
  'time with time zone': 'timetz',
  timestamp: 'timestamp',
  'timestamp without time zone': 'timestamp',
  timestamptz: 'timestamptz',
  'timestamp with time zone': 'timestamptz',
  numeric: 'numeric',
  decimal: 'numeric',
  'character varying': 'varchar',
  varchar: 'varchar',
  nvarchar: 'varchar',
  text: 'varchar',
  character: 'char',
  char: 'char',
  bpchar: 'char',
  nchar: 'char',
};

const within = (size: number | undefined, most: number, other: number): number =>
  size !== undefined && Number.isInteger(size) && size >= 1 && size <= most ? size : other;

/** What values for this column are converted to; undefined for what no text is (SUPER, GEOMETRY, HLLSKETCH, VARBYTE, ...). */
export function targetType(column: TargetColumn): LoadType | undefined {
  const [, sizes = ''] = /\(([\d, ]*)\)/.exec(column.type) ?? [];
  const words = column.type.toLowerCase().replace(/\([^)]*\)/, ' ');
  const kind = SIMPLE[words.trim().replace(/\s+/g, ' ')];
  const [first, second] = sizes === '' ? [] : sizes.split(',').map(Number);
  switch (kind) {
    case undefined:
      return undefined;
    case 'numeric': {
      const precision = within(column.precision ?? first, 38, 18);
      const scale = column.scale ?? second ?? 0;
      return { kind, precision, scale: Number.isInteger(scale) && scale >= 0 && scale <= precision ? scale : 0 };
    }
    case 'varchar':
      return { kind, size: within(column.length ?? first, MAX_VARCHAR, MAX_VARCHAR) };
    case 'char':
      return { kind, size: within(column.length ?? first, 4096, 4096) };
    default:
      return { kind };
  }
}
