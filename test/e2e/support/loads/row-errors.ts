import type { LoadCase } from './load-case.ts';
import { compress } from './write-files.ts';

const lines = (...rows: readonly string[]): string => `${rows.join('\n')}\n`;
const keyed = { operation: 'upsert', external_id_field: ['id'] };
const errors = '_error|_line|_file|_column';
/** What there is of a row that COPY rejected. */
const copyRejected = (reason: string, where: string) =>
  `|||UNREADABLE_ROW: ${reason} (its contents are in the file alone, on this line)|${where}`;
const unread = (type: string, column: string, value: string, line: number, name = column) =>
  `1|${value}|INVALID_VALUE: the value of ${name} cannot be read as ${type}|${line}|1|${column}`;

/** Good and bad texts of one type: those are read as the table has them, these are rejected, each for its own line. */
const typed = (type: string, good: readonly [text: string, value: string][], bad: readonly string[]): LoadCase => {
  const sent = [...good.map(([text]) => text), ...bad];
  return {
    name: `a ${type} that is none`,
    columns: `id INTEGER, v ${type}`,
    files: [lines('id,v', ...sent.map((text) => `1,"${text.replaceAll('"', '""')}"`))],
    table: good.map(([, value]) => `1|${value}`).sort(),
    failed: [`id|v|${errors}`, ...bad.map((text, at) => unread(type, 'v', text, good.length + at + 2))],
  };
};

export const typeErrors: readonly LoadCase[] = [
  typed(
    'INTEGER',
    [
      ['-2147483648', '-2147483648'],
      [' 7 ', '7'],
    ],
    ['x', '1.5', '2147483648', '1e3', '0x10', '--1'],
  ),
  typed('SMALLINT', [['-32768', '-32768']], ['32768', 'one']),
  typed('BIGINT', [['-9007199254740991', '-9007199254740991']], ['9223372036854775808', '1_000']),
  typed(
    'DECIMAL(5,2)',
    [
      ['123.45', '123.45'],
      ['-.5', '-0.50'],
    ],
    ['1,5', '12345.6', '$1', 'NaN'],
  ),
  typed('DATE', [['2024-02-29', '2024-02-29']], ['2023-02-29', 'soon', '2020-13-01', '29.02.2024']),
  typed('TIMESTAMP', [['2024-02-29 23:59:59', '2024-02-29 23:59:59']], ['2024-02-29 25:00:00', 'noon']),
  typed(
    'BOOLEAN',
    [
      ['YES', 'true'],
      [' f ', 'false'],
      ['0', 'false'],
    ],
    ['maybe', '2', 'wahr'],
  ),
  typed('DOUBLE PRECISION', [['1.5e3', '1500']], ['1.5.5', 'much']),
];

const people = 'id INTEGER NOT NULL, name VARCHAR(5), born DATE NOT NULL';
const header = 'id,name,born';

export const rowErrors: readonly LoadCase[] = [
  {
    name: 'NULL where the column takes none, in a field that is empty and one that is not there',
    columns: people,
    body: { content_type: 'JSON' },
    files: [
      lines(
        '{"id":1,"name":"a","born":"2020-01-01"}',
        '{"id":2,"name":"b","born":null}',
        '{"name":"c","born":"2020-01-01"}',
        '{"id":4,"born":"2020-01-01"}',
      ),
    ],
    failed: [
      `${header}|${errors}`.replaceAll(',', '|'),
      '2|b||NULL_NOT_ALLOWED: born takes no NULL|2|1|born',
      '|c|2020-01-01|NULL_NOT_ALLOWED: id takes no NULL|3|1|id',
    ],
    table: ['1|a|2020-01-01', '4|~|2020-01-01'],
  },
  {
    name: 'a text too long in octets, though not in characters',
    columns: people,
    files: [lines(header, '1,grös,2020-01-01', '2,größe,2020-01-01', '3,😀,2020-01-01', '4,😀😀,2020-01-01')],
    failed: [
      `id|name|born|${errors}`,
      '2|größe|2020-01-01|VALUE_TOO_LONG: the value of name is longer than the bytes of VARCHAR(5)|3|1|name',
      '4|😀😀|2020-01-01|VALUE_TOO_LONG: the value of name is longer than the bytes of VARCHAR(5)|5|1|name',
    ],
    table: ['1|grös|2020-01-01', '3|😀|2020-01-01'],
  },
  {
    name: 'a key that is NULL, and one that can not be read',
    columns: people,
    rows: "(1, 'old', '2000-01-01')",
    body: keyed,
    files: [lines(header, ',a,2020-01-01', '1,new,2020-01-01', 'x,b,2020-01-01', '2,two,2020-01-01')],
    failed: [
      `id|name|born|${errors}`,
      '|a|2020-01-01|KEY_IS_NULL: the key column id is NULL|2|1|id',
      'x|b|2020-01-01|INVALID_VALUE: the value of id cannot be read as INTEGER|4|1|id',
    ],
    successful: ['id|name|born|_line|_file|_created', '1|new|2020-01-01|3|1|false', '2|two|2020-01-01|5|1|true'],
    table: ['1|new|2020-01-01', '2|two|2020-01-01'],
  },
  ...(['upsert', 'update', 'delete'] as const).map((operation): LoadCase => {
    const twice = (id: string, line: number, file: number) =>
      `${id}|n|2020-01-01|DUPLICATE_KEY: the files have another row with this key|${line}|${file}|`;
    return {
      name: `${operation}: a key twice, in one file or in two, however it is written: no copy is applied`,
      columns: people,
      rows: "(1, 'old', '2000-01-01'), (2, 'old', '2000-01-01'), (3, 'old', '2000-01-01')",
      body: { ...keyed, operation },
      files: [
        lines(header, '1,n,2020-01-01', '2,n,2020-01-01', '01,n,2020-01-01'),
        lines(header, '3,n,2020-01-01', '2,n,2020-01-01'),
      ],
      failed: [`id|name|born|${errors}`, twice('1', 2, 1), twice('2', 3, 1), twice('01', 4, 1), twice('2', 3, 2)],
      table: ['1|old|2000-01-01', '2|old|2000-01-01', ...(operation === 'delete' ? [] : ['3|n|2020-01-01'])],
    };
  }),
  ...(['update', 'delete'] as const).map((operation): LoadCase => ({
    name: `${operation}: a row that the table does not have`,
    columns: people,
    rows: "(1, 'old', '2000-01-01')",
    body: { ...keyed, operation },
    files: [lines(header, '7,n,2020-01-01', '1,n,2020-01-01')],
    failed: [`id|name|born|${errors}`, '7|n|2020-01-01|NO_SUCH_ROW: the table has no row with this key|2|1|'],
    successful: ['id|name|born|_line|_file', '1|n|2020-01-01|3|1'],
    table: operation === 'delete' ? [] : ['1|n|2020-01-01'],
  })),
  {
    name: 'keys of several columns: each part has to be there, and both together are the key',
    columns: 'a INTEGER, b VARCHAR(3), v INTEGER',
    rows: "(1, 'x', 1), (1, 'y', 2)",
    body: { operation: 'upsert', external_id_field: ['a', 'b'] },
    files: [lines('v,b,a', '10,x,1', '20,z,1', '30,,1', '40,y,')],
    failed: [
      `v|b|a|${errors}`,
      '30||1|KEY_IS_NULL: the key column b is NULL|4|1|b',
      '40|y||KEY_IS_NULL: the key column a is NULL|5|1|a',
    ],
    table: ['1|x|10', '1|y|2', '1|z|20'],
  },
];

export const unreadableRows: readonly LoadCase[] = [
  {
    name: 'rows with too few or too many fields, told whole, as the last column takes no NULL',
    columns: people,
    files: [lines(header, '1,a,2020-01-01', '2', '3,b,2020-01-01,more', '4,c,2020-01-01', '5,d')],
    failed: [
      `id|name|born|${errors}`,
      '2|||NULL_NOT_ALLOWED: born takes no NULL|3|1|born',
      '3|b|2020-01-01|TOO_MANY_FIELDS: the row has more fields than the header: more|4|1|',
      '5|d||NULL_NOT_ALLOWED: born takes no NULL|6|1|born',
    ],
    successful: ['id|name|born|_line|_file', '1|a|2020-01-01|2|1', '4|c|2020-01-01|5|1'],
  },
  {
    name: 'rows with too few or too many fields, which COPY tells of by line and column alone, as the last column takes NULL (Redshift itself words them in its own way)',
    columns: 'id INTEGER, name VARCHAR(5), born DATE',
    files: [lines(header, '1,a,2020-01-01', '2', '3,b,2020-01-01,more', '4,c,', '5,d')],
    failed: [
      `id|name|born|${errors}`,
      copyRejected('Delimiter not found', '3|1|name'),
      copyRejected('Extra column(s) found', '4|1|born'),
      copyRejected('Delimiter not found', '6|1|born'),
    ],
    table: ['1|a|2020-01-01', '4|c|~'],
  },
  {
    name: 'lines that all end with a delimiter, CRLF, an empty line and no end of the last line: the rows are whole, unless there is something between delimiters beyond the header',
    columns: people,
    body: { column_delimiter: 'SEMICOLON', compression: 'GZIP' },
    files: [
      async () =>
        compress(
          ['id;name;born', '1;a;2020-01-01;', '2;"b\r\n";2020-01-01;', '', '3;c;2020-01-01; ;'].join('\r\n'),
          'GZIP',
        ),
    ],
    failed: [
      `id|name|born|${errors}`,
      '|||NULL_NOT_ALLOWED: id takes no NULL|4|1|id',
      '3|c|2020-01-01|TOO_MANY_FIELDS: the row has more fields than the header:  |5|1|',
    ],
    table: ['1|a|2020-01-01', '2|b\r\n|2020-01-01'],
  },
  {
    name: 'broken quotes: within the file one row is lost, at its end all that follows (Redshift itself words them in its own way)',
    columns: people,
    files: [lines(header, '1,"a"b,2020-01-01', '2,"b",2020-01-01', '3,"c,2020-01-01', '4,d,2020-01-01')],
    failed: [
      `id|name|born|${errors}`,
      copyRejected('Invalid quote formatting for CSV', '2|1|name'),
      copyRejected('Delimited value missing end quote', '4|1|name'),
    ],
    table: ['2|b|2020-01-01'],
  },
  {
    name: 'an object of JSON that is not closed takes the next line along (Redshift itself words it in its own way)',
    columns: people,
    body: { content_type: 'JSON' },
    files: [lines('{"id":1,"name":"a","born":"2020-01-01"}', '{"id":2,', '{"id":3,"born":"2020-01-01"}')],
    failed: [`id|name|born|${errors}`, copyRejected('Invalid value.', '3|1|')],
    table: ['1|a|2020-01-01'],
  },
  {
    name: 'a mix of faults: each row has its own reason, and lines are counted right around those that COPY rejected',
    columns: people,
    rows: "(9, 'old', '2000-01-01')",
    body: keyed,
    files: [
      lines(
        header,
        '1,"two',
        'lines",2020-01-01',
        '2',
        '3,c,never',
        '4,"d",2020-01-01',
        '5,e,',
        '9,new,2020-01-01',
        '6,"f"g,2020-01-01',
        '4,d,2020-01-01',
        '7,ok,2020-01-01',
      ),
      lines(header, '1,a', ',b,2020-01-01', '8,ok,2020-01-01'),
    ],
    failed: [
      `id|name|born|${errors}`,
      '1|two\nlines|2020-01-01|VALUE_TOO_LONG: the value of name is longer than the bytes of VARCHAR(5)|2|1|name',
      '2|||NULL_NOT_ALLOWED: born takes no NULL|3|1|born',
      '3|c|never|INVALID_VALUE: the value of born cannot be read as DATE|4|1|born',
      '4|d|2020-01-01|DUPLICATE_KEY: the files have another row with this key|5|1|',
      '5|e||NULL_NOT_ALLOWED: born takes no NULL|6|1|born',
      copyRejected('Invalid quote formatting for CSV', '8|1|name'),
      '4|d|2020-01-01|DUPLICATE_KEY: the files have another row with this key|9|1|',
      '1|a||NULL_NOT_ALLOWED: born takes no NULL|2|2|born',
      '|b|2020-01-01|KEY_IS_NULL: the key column id is NULL|3|2|id',
    ],
    successful: [
      'id|name|born|_line|_file|_created',
      '9|new|2020-01-01|7|1|false',
      '7|ok|2020-01-01|10|1|true',
      '8|ok|2020-01-01|4|2|true',
    ],
    table: ['7|ok|2020-01-01', '8|ok|2020-01-01', '9|new|2020-01-01'],
  },
];

const dirty = lines(header, '1,a,2020-01-01', 'x,b,2020-01-01', '3', '4,d,2020-01-01');
const rejected = [
  `id|name|born|${errors}`,
  'x|b|2020-01-01|INVALID_VALUE: the value of id cannot be read as INTEGER|3|1|id',
  '3|||NULL_NOT_ALLOWED: born takes no NULL|4|1|born',
];
const good = ['id|name|born|_line|_file', '1|a|2020-01-01|2|1', '4|d|2020-01-01|5|1'];

export const guards: readonly LoadCase[] = [
  {
    name: 'as many rejected rows as max_errors allows: the good ones are applied',
    columns: people,
    body: { max_errors: 2 },
    files: [dirty],
    failed: rejected,
    successful: good,
    table: ['1|a|2020-01-01', '4|d|2020-01-01'],
  },
  ...[
    { name: 'one more rejected row than max_errors allows', body: { max_errors: 1 }, code: 'TOO_MANY_ROWS_REJECTED' },
    { name: 'a rejected row where max_errors is 0', body: { max_errors: 0 }, code: 'TOO_MANY_ROWS_REJECTED' },
    { name: 'a rejected row, with all_or_nothing', body: { all_or_nothing: true }, code: 'ROWS_REJECTED' },
  ].map(({ name, ...more }): LoadCase => ({
    name: `${name}: nothing is applied, and the rows are there to be mended`,
    columns: people,
    rows: "(9, 'old', '2000-01-01')",
    ...more,
    files: [dirty],
    state: 'Failed',
    says: /none was applied.*failed-results/,
    failed: rejected,
    successful: [],
    unprocessed: good,
    table: ['9|old|2000-01-01'],
  })),
  {
    name: 'no rejected row, with all_or_nothing and max_errors 0: all are applied',
    columns: people,
    body: { all_or_nothing: true, max_errors: 0 },
    files: [lines(header, '1,a,2020-01-01')],
    failed: [`id|name|born|${errors}`],
    table: ['1|a|2020-01-01'],
  },
];
