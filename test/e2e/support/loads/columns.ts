import type { LoadCase } from './load-case.ts';

const lines = (...rows: readonly string[]): string => `${rows.join('\n')}\n`;
const map = (source_column: string, target_column: string, transform?: string) => ({
  source_column,
  target_column,
  ...(transform === undefined ? {} : { transform }),
});

const many = Array.from({ length: 200 }, (_, at) => `c${at}`);

export const columnCases: readonly LoadCase[] = [
  {
    name: '200 columns, by header in another order than the table has them',
    columns: many.map((name, at) => `${name} ${['INTEGER', 'VARCHAR(20)', 'DATE', 'DECIMAL(8,2)'][at % 4]}`).join(', '),
    files: [
      lines(
        many.toReversed().join(),
        many
          .map((_, at) => ['1', '"a,b"', '2024-02-29', '1.5'][at % 4])
          .toReversed()
          .join(),
      ),
    ],
    table: [many.map((_, at) => ['1', 'a,b', '2024-02-29', '1.50'][at % 4]).join('|')],
  },
  {
    name: 'names with quotes, blanks, dots, keywords and characters of all scripts',
    columns: '"a ""b""" INTEGER, "c d.e" INTEGER, "select" INTEGER, "größe 😀" INTEGER, "_line" INTEGER',
    files: [lines('"a ""b""",c d.e,SELECT,größe 😀,_line', '1,2,3,4,5', 'x,2,3,4,5')],
    failed: [
      'a "b"|c d.e|select|größe 😀|_line|_error|_line1|_file|_column',
      'x|2|3|4|5|INVALID_VALUE: the value of a "b" cannot be read as INTEGER|3|1|a "b"',
    ],
    table: ['1|2|3|4|5'],
  },
  {
    name: 'headers in any case, and several files with their columns in other orders',
    columns: 'id INTEGER, name VARCHAR(9), v INTEGER',
    files: [lines('ID,Name,v', '1,a,10'), lines('V,id,NAME', '20,2,b'), lines('name,V,Id', 'c,30,3', 'd,x,4')],
    failed: [
      'id|name|v|_error|_line|_file|_column',
      '4|d|x|INVALID_VALUE: the value of v cannot be read as INTEGER|3|3|v',
    ],
    table: ['1|a|10', '2|b|20', '3|c|30'],
  },
  {
    name: 'several files of JSON whose objects have other keys',
    columns: 'id INTEGER, name VARCHAR(9), v INTEGER',
    body: { content_type: 'JSON' },
    files: [lines('{"id":1,"name":"a"}'), '[{"v":20,"id":2}]', lines('{"id":3}')],
    table: ['1|a|~', '2|~|20', '3|~|~'],
  },
  {
    name: 'a column with a default, and one that Redshift numbers, where the file leaves them out',
    columns:
      "n BIGINT IDENTITY(1,1), id INTEGER NOT NULL, state VARCHAR(9) NOT NULL DEFAULT 'new', v INTEGER DEFAULT 7",
    files: [lines('id', '10')],
    table: ['1|10|new|7'],
  },
  {
    name: 'a column with a default, where the file has NULL for it, which is no absence',
    columns: "id INTEGER, state VARCHAR(9) DEFAULT 'new', note VARCHAR(9) NOT NULL DEFAULT 'x'",
    files: [lines('id,state,note', '1,,a', '2,b,')],
    failed: ['id|state|note|_error|_line|_file|_column', '2|b||NULL_NOT_ALLOWED: note takes no NULL|3|1|note'],
    table: ['1|~|a'],
  },
  {
    name: 'an update sets what the file has, and leaves all else as it is',
    columns: 'id INTEGER, a VARCHAR(9), b VARCHAR(9)',
    rows: "(1, 'old', 'old'), (2, 'old', 'old')",
    body: { operation: 'update', external_id_field: 'ID' },
    files: [lines('b,id', 'new,1', ',2')],
    table: ['1|old|new', '2|old|~'],
  },
  {
    name: 'a delete reads its key and nothing else of the file, whatever the table knows of it',
    columns: 'id INTEGER, a VARCHAR(9)',
    rows: "(1, 'x'), (2, 'y')",
    body: { operation: 'delete', external_id_field: 'id' },
    files: [lines('unknown,a,id', 'far too long for the column,also much too long,1')],
    table: ['2|y'],
  },
  {
    name: 'an upsert of nothing but keys adds those that are not there',
    columns: 'a INTEGER, b INTEGER',
    rows: '(1, 1)',
    body: { operation: 'upsert', external_id_field: ['a', 'b'] },
    files: [lines('a,b', '1,1', '1,2')],
    successful: ['a|b|_line|_file|_created', '1|1|2|1|false', '1|2|3|1|true'],
    table: ['1|1', '1|2'],
  },
  {
    name: 'names that the table has in another case',
    columns: '"Id" INTEGER, "Name" VARCHAR(9)',
    rows: "(1, 'old')",
    body: { operation: 'upsert', external_id_field: 'iD' },
    files: [lines('NAME,id', 'new,1', 'two,2')],
    table: ['1|new', '2|two'],
  },
];

export const mappingCases: readonly LoadCase[] = [
  {
    name: 'mappings with transforms, casts and CASE; columns without one are passed over',
    columns: 'id INTEGER, name VARCHAR(20), price DECIMAL(8,2), big BOOLEAN, day DATE, size VARCHAR(9)',
    body: {
      column_mappings: [
        map('Number', 'id'),
        map('label', 'NAME', "upper(trim(label)) || '!'"),
        map('cents', 'price', 'CAST(cents AS DECIMAL(10,2)) / 100'),
        map('cents', 'big', 'CAST(cents AS INTEGER) > 1000'),
        map('day', 'day', "to_date(day, 'DD.MM.YYYY')"),
        map('label', 'size', "CASE WHEN len(label) > 3 THEN 'long' ELSE 'short' END"),
      ],
    },
    files: [lines('ignored,number,label,cents,day', 'x,1, ab ,1250,31.12.2024', 'x,2,abcdef,99,01.02.2024')],
    table: ['1|AB!|12.50|true|2024-12-31|long', '2|ABCDEF!|0.99|false|2024-02-01|long'],
  },
  {
    name: 'what a transform makes is held to the column like what a file has',
    columns: 'id INTEGER, code VARCHAR(3), v INTEGER NOT NULL',
    body: {
      operation: 'upsert',
      external_id_field: 'id',
      column_mappings: [
        map('id', 'id', "replace(id, '#', '')"),
        map('code', 'code', 'code || code'),
        map('v', 'v', "nullif(v, '0')"),
      ],
    },
    files: [lines('id,code,v', '#1,a,1', '#2,ab,2', '#3,a,0', '#x,a,3', '1,b,4', '#5,c,5')],
    failed: [
      'id|code|v|_error|_line|_file|_column',
      '#1|a|1|DUPLICATE_KEY: the files have another row with this key|2|1|',
      '#2|ab|2|VALUE_TOO_LONG: the value of code is longer than the bytes of VARCHAR(3)|3|1|code',
      '#3|a|0|NULL_NOT_ALLOWED: v takes no NULL|4|1|v',
      '#x|a|3|INVALID_VALUE: the value of id cannot be read as INTEGER|5|1|id',
      '1|b|4|DUPLICATE_KEY: the files have another row with this key|6|1|',
    ],
    table: ['5|cc|5'],
  },
  {
    name: 'a transform that fails on a value fails the load, and nothing is applied',
    columns: 'id INTEGER',
    rows: '(9)',
    body: { column_mappings: [map('id', 'id', 'CAST(id AS INTEGER) + 1')] },
    files: [lines('id', '1', 'x')],
    state: 'Failed',
    code: 'QUERY_ERROR',
    says: /./,
    table: ['9'],
  },
  {
    name: 'a transform that divides by zero is no row too many',
    columns: 'id INTEGER',
    body: { all_or_nothing: true, column_mappings: [map('id', 'id', '1 / CAST(id AS INTEGER)')] },
    files: [lines('id', '0')],
    state: 'Failed',
    code: 'QUERY_ERROR',
    says: /zero/,
    table: [],
  },
  {
    name: 'a transform of a column with an odd name, and one of its name within a text',
    columns: 'v VARCHAR(50)',
    body: { column_mappings: [map('a "b"', 'v', `'"a ""b""" is ' || "a ""b"""`)] },
    files: [lines('"a ""b"""', "it's")],
    table: [`"a ""b""" is it's`],
  },
];
