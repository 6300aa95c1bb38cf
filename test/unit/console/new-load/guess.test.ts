import { guessDelimiter, guessFormat } from '../../../../console/new-load/guess.ts';

const bytes = (...values: (number | string)[]): Uint8Array =>
  Uint8Array.from(
    values.flatMap((value) => (typeof value === 'number' ? [value] : [...new TextEncoder().encode(value)])),
  );

it.each([
  ['people.csv', bytes('id,name\n'), 'CSV', 'NONE'],
  ['people.csv.gz', bytes(0x1f, 0x8b, 8), 'CSV', 'GZIP'],
  ['people.ndjson.zst', bytes(0x28, 0xb5, 0x2f, 0xfd), 'JSON', 'ZSTD'],
  ['people.parquet', bytes('PAR1'), 'PARQUET', 'NONE'],
  ['export', bytes('  {"id": 1}\n'), 'JSON', 'NONE'],
  ['export', bytes('id\n'), 'CSV', 'NONE'],
])('knows %s by its name and its first bytes', (name, head, content_type, compression) => {
  expect(guessFormat(name, head)).toEqual({ content_type, compression });
});

it('believes the first bytes where the name says otherwise', () => {
  expect(guessFormat('people.csv', bytes(0x1f, 0x8b, 8))).toEqual({ content_type: 'CSV', compression: 'GZIP' });
  expect(guessFormat('people.csv.gz', bytes('id,name\n'))).toEqual({ content_type: 'CSV', compression: 'NONE' });
  expect(guessFormat('people.csv', bytes('PAR1'))).toEqual({ content_type: 'PARQUET', compression: 'NONE' });
  expect(guessFormat('people.parquet', bytes('id,name\n'))).toEqual({ content_type: 'CSV', compression: 'NONE' });
});

it.each([
  ['id,name\n1,a;b;c;d\n', 'COMMA'],
  ['id;name\r\n', 'SEMICOLON'],
  ['"a,b,c"\tname\n', 'TAB'],
  ['id|name|born\n', 'PIPE'],
  ['id\n', 'COMMA'],
  ['', 'COMMA'],
])('finds the delimiter of %j', (text, delimiter) => {
  expect(guessDelimiter(text)).toBe(delimiter);
});
