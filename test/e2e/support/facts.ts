import type { Warehouse } from './warehouse.ts';

/** A value as text, or NULL: the form in which files and warehouse are compared. */
export type Row = readonly (string | null)[];

export const columns = ['id', 'small', 'amount', 'ratio', 'flag', 'day', 'stamp', 'moment', 'note', 'info'] as const;

const types = [
  'BIGINT',
  'SMALLINT',
  'DECIMAL(38,10)',
  'DOUBLE PRECISION',
  'BOOLEAN',
  'DATE',
  'TIMESTAMP',
  'TIMESTAMPTZ',
  'VARCHAR(65535)',
  'SUPER',
];

/** Texts that have broken an export somewhere. */
export const notes = [
  'plain',
  `O'Brien said "no", then ''nothing''`,
  '"',
  ',|;^`',
  'one\ntwo\r\nthree\n',
  '\ttabs\tinside\t',
  String.raw`back\slash \n \\ \' \t \0 end\ `,
  '\\',
  '007',
  ' spaces around ',
  'caf\u00e9 cafe\u0301 \u65e5\u672c\u8a9e \u05e9\u05dc\u05d5\u05dd',
  '\u{1d4b3} \u{1f600} \u{1f469}\u200d\u{1f469}\u200d\u{1f467}',
  'line\u2028and\u2029paragraph',
  'NULL',
  'null',
  '{"looks": "like JSON"}',
  "'); DROP TABLE facts; --",
  '/* not */ -- a comment',
  '$1 :name ? %s ${x}',
  'x'.repeat(60_000),
];

const first: Row = [
  '9223372036854775807',
  '32767',
  '1234567890123456789012345678.0123456789',
  '1.7976931348623157e+308',
  'true',
  '2024-02-29',
  '2024-02-29 23:59:59.999999',
  '2024-02-29 23:59:59.000001+00',
  '',
  '{"a":[1,2.5,{"b":"x,\\"y\\"\\n"}],"c":null,"d":true}',
];
const second: Row = [
  '-9223372036854775808',
  '-32768',
  '-0.0000000001',
  '-2.5e-307',
  'false',
  '1970-01-01',
  '1969-12-31 00:00:00',
  '2000-01-01 12:30:00+00',
  null,
  '[]',
];
const empty: Row = ['3', null, null, null, null, null, null, null, null, null];

/** The rows of the table `facts`. */
export const facts: readonly Row[] = [
  first,
  second,
  empty,
  ...notes.map((note, at): Row => [
    String(100 + at),
    '1',
    '0.5000000000',
    '0.1',
    'true',
    '2024-01-31',
    '2024-01-31 08:00:00.5',
    '2024-01-31 08:00:00+00',
    note,
    '"text"',
  ]),
];

/** A string literal of Redshift, in which a backslash is an escape. */
export const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

function sqlOf(value: string | null, at: number): string {
  if (value === null) return 'NULL';
  switch (columns[at]) {
    case 'info':
      return `JSON_PARSE(${literal(value)})`;
    case 'note':
    case 'day':
    case 'stamp':
    case 'moment':
      return literal(value);
    default:
      return value;
  }
}

/** Creates the table in the warehouse. */
export async function createFacts(warehouse: Warehouse): Promise<void> {
  await warehouse.run(`CREATE TABLE facts (${columns.map((name, at) => `${name} ${types[at]}`).join(', ')})`);
  const tuples = facts.map((row) => `(${row.map(sqlOf).join(', ')})`);
  const [longest = '', ...others] = tuples.toSorted((left, right) => right.length - left.length);
  await warehouse.run(`INSERT INTO facts VALUES ${others.join(', ')}`);
  await warehouse.run(`INSERT INTO facts VALUES ${longest}`);
}

/** One spelling for values that formats spell in their own ways: t and true, 1e5 and 100000, spaces in JSON. */
export function normal(value: string | null, at: number): string | null {
  if (value === null) return null;
  switch (columns[at]) {
    case 'ratio':
      return String(Number(value));
    case 'flag':
      return { t: 'true', f: 'false' }[value] ?? value;
    case 'stamp':
    case 'moment':
      return value.replace(/(\.\d*?)0+(?=\+|$)/, '$1').replace(/\.(?=\+|$)/, '');
    case 'info':
      return JSON.stringify(JSON.parse(value));
    default:
      return value;
  }
}

const byId = (left: Row, right: Row): number => Number(BigInt(left[0] ?? 0) - BigInt(right[0] ?? 0));

/** Rows in one order and one spelling. */
export const comparable = (rows: readonly Row[]): Row[] => rows.map((row) => row.map(normal)).toSorted(byId);
