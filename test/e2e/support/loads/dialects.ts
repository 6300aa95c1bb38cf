import { ColumnDelimiter } from '../../../../contract/formats.ts';
import { DELIMITERS } from '../../../../core/sql/delimiters.ts';
import { compress, parquetOf } from './write-files.ts';
import type { LoadCase } from './load-case.ts';

const lines = (...rows: readonly string[]): string => `${rows.join('\n')}\n`;
const crlf = (...rows: readonly string[]): string => `${rows.join('\r\n')}\r\n`;
const note = 'id INTEGER, note VARCHAR(100)';
const astral = '𝄞 👩‍👩‍👧 e\u0301 \u200fשלום\u200e عربى 日本 \u2028 ￿';
const mark = '\ufeff';

const many = Array.from({ length: 75 }, (_, at) => `${at},${'a'.repeat(60_000)}`);

export const csvForms: readonly LoadCase[] = [
  {
    name: 'characters beyond the first plane, combining ones, both directions of writing',
    columns: note,
    files: [lines('id,note', `1,${astral}`, `2,"${astral}"`)],
    table: [`1|${astral}`, `2|${astral}`],
    successful: ['id|note|_line|_file', `1|${astral}|2|1`, `2|${astral}|3|1`],
  },
  {
    name: 'line breaks, delimiters and doubled quotes within quotes',
    columns: note,
    files: [lines('id,note', '1,"a\nb\r\nc"', '2,"x,""y"",z"', '3,""""', '4," kept "', '5, kept ')],
    table: ['1|a\nb\r\nc', '2|x,"y",z', '3|"', '4| kept ', '5| kept '],
  },
  {
    name: 'CRLF at the end of lines, found out by itself',
    columns: note,
    files: [crlf('id,note', '1,a', '2,"b\r\nc"', '3,')],
    table: ['1|a', '2|b\r\nc', '3|~'],
  },
  {
    name: 'CRLF as declared, without one at the end of the last line',
    columns: note,
    body: { line_ending: 'CRLF' },
    files: [crlf('id,note', '1,a').trimEnd()],
    table: ['1|a'],
  },
  {
    name: 'a line ending that is not the one declared',
    columns: note,
    body: { line_ending: 'LF' },
    files: [crlf('id,note', '1,a')],
    state: 'Failed',
    code: 'FILE_FORMAT_MISMATCH',
    says: /header ends with CRLF, but line_ending is LF. Correct it or leave it out/,
    table: [],
  },
  {
    name: 'a byte order mark before the header, quoted or not',
    columns: note,
    files: [mark + lines('id,note', '1,a'), mark + lines('"id","note"', '2,b')],
    table: ['1|a', '2|b'],
  },
  ...ColumnDelimiter.options.map((column_delimiter): LoadCase => {
    const by = DELIMITERS[column_delimiter];
    const others = Object.values(DELIMITERS)
      .filter((other) => other !== by)
      .join('');
    return {
      name: `the delimiter ${column_delimiter}, with all others in the values, and itself within quotes`,
      columns: note,
      body: { column_delimiter },
      files: [lines(`id${by}note`, `1${by}${others}`, `2${by}"${by}"`, `3${by}`)],
      table: [`1|${others}`, `2|${by}`, '3|~'],
    };
  }),
  {
    name: 'empty fields are NULL, quoted or not, and blank ones too where the column is no text',
    columns: 'id INTEGER, note VARCHAR(9), n INTEGER, d DATE, b BOOLEAN',
    files: [lines('id,note,n,d,b', '1,,,,', '2,"","","",""', '3, ,,,')],
    table: ['1|~|~|~|~', '2|~|~|~|~', '3| |~|~|~'],
  },
  {
    name: 'null_as is NULL, and then an empty field is an empty text',
    columns: note,
    body: { null_as: 'NULL' },
    files: [lines('id,note', '1,NULL', '2,', '3,null', 'NULL,x')],
    table: ['1|~', '2|', '3|null', '~|x'],
  },
  {
    name: 'a header alone: nothing to do is done',
    columns: note,
    rows: "(1, 'old')",
    files: ['id,note'],
    successful: ['id|note|_line|_file'],
    table: ['1|old'],
  },
  {
    name: 'a file that is a thousand times as large as it is compressed',
    columns: 'id INTEGER',
    body: { compression: 'GZIP', column_mappings: [{ source_column: 'id', target_column: 'id' }] },
    files: [async () => compress(lines('id,note', ...many), 'GZIP')],
    table: many.map((_line, at) => String(at)),
  },
  {
    name: 'text that looks like SQL, or like an escape, is text',
    columns: note,
    files: [lines('id,note', "1,'); DROP TABLE t; --", String.raw`2,\n\\\N`, '3,$1 :x ? %s', '4,NULL')],
    table: ["1|'); DROP TABLE t; --", String.raw`2|\n\\\N`, '3|$1 :x ? %s', '4|NULL'],
  },
];

const array = Array.from({ length: 900 }, (_, id) => ({ id, note: 'a note that is repeated, '.repeat(4).trim() }));
const json = { content_type: 'JSON' };
export const otherForms: readonly LoadCase[] = [
  {
    name: 'JSON: escapes, numbers kept to the last digit, nested values as text, keys in any order and case',
    columns: 'id INTEGER, note VARCHAR(100), n DECIMAL(38,10)',
    body: json,
    files: [
      lines(
        '{"id":1,"note":"\\ud834\\udd1e \\"q\\"\\n\\u00e9","n":1234567890123456789012345678.0123456789}',
        '{"N":2,"NOTE":{"a":[1,{"b":"x"}]},"Id":2}',
        '{"note":true,"id":3}',
      ),
    ],
    table: ['1|𝄞 "q"\né|1234567890123456789012345678.0123456789', '2|{"a":[1,{"b":"x"}]}|2.0000000000', '3|true|~'],
  },
  {
    name: 'JSON lines with CRLF, blank lines, a byte order mark, and no end of the last line',
    columns: note,
    body: json,
    files: [`${mark}{"id":1,"note":"a"}\r\n\r\n{"id":2,"note":"b"}`],
    table: ['1|a', '2|b'],
  },
  {
    name: 'an array of JSON, over several lines, with a byte order mark',
    columns: note,
    body: json,
    files: [`${mark}[\n  {\n    "id": 1,\n    "note": "a\\nb"\n  },\n  {"id": 2}\n]\n`],
    table: ['1|a\nb', '2|~'],
  },
  {
    name: 'a compressed array of JSON that goes on behind what is looked at',
    columns: note,
    body: { ...json, compression: 'ZSTD', all_or_nothing: true },
    files: [async () => compress(JSON.stringify(array), 'ZSTD')],
    table: array.map(({ id, note: text }) => `${id}|${text}`),
  },
  {
    name: 'Parquet without rows',
    columns: note,
    body: { content_type: 'PARQUET' },
    files: [({ workDir }) => parquetOf(workDir, "SELECT 1::INTEGER AS id, 'a' AS note WHERE false")],
    successful: ['id|note|_line|_file'],
    table: [],
  },
  {
    name: 'Parquet types that the table has in another way, and values that these do not take',
    columns: 'id SMALLINT, note VARCHAR(5), n DECIMAL(5,1), d DATE, b BOOLEAN',
    body: { content_type: 'PARQUET' },
    files: [
      ({ workDir }) =>
        parquetOf(
          workDir,
          `SELECT * FROM (VALUES (1::BIGINT, 7::INTEGER, 1.25::DOUBLE, TIMESTAMP '2024-02-29 12:00:00', 1::INTEGER),
           (70000, 1, 1, NULL, 0), (3, 1234567, 1, NULL, NULL), (4, NULL, 123456, NULL, 0)) AS t(id, note, n, d, b)`,
        ),
    ],
    failed: [
      'id|note|n|d|b|_error|_line|_file|_column',
      '70000|1|1||0|INVALID_VALUE: the value of id cannot be read as SMALLINT|2|1|id',
      '3|1234567|1|||VALUE_TOO_LONG: the value of note is longer than the bytes of VARCHAR(5)|3|1|note',
      '4||123456||0|INVALID_VALUE: the value of n cannot be read as DECIMAL(5,1)|4|1|n',
    ],
    table: ['1|7|1.3|2024-02-29|true'],
  },
];
