import { checkMagic, magicOf } from '../../../core/load/magic.ts';
import { parquetType, type ParquetElement } from '../../../core/load/parquet.ts';
import { typeText } from '../../../core/load/redshift-type.ts';
import { parquetSource, textSource } from '../../../core/load/source.ts';
import { refused } from './refused.ts';

const text = (content: string, content_type: 'CSV' | 'JSON', whole = true) =>
  textSource(
    { number: 2, bytes: new TextEncoder().encode(content), whole },
    { content_type, column_delimiter: 'COMMA' },
  );
function expectRefusal(run: () => unknown, code: string, words: string): void {
  const { message, ...error } = refused(run);
  expect(error).toEqual({ code, category: 'validation', retryable: false, details: {} });
  expect(message).toContain('ile 2');
  expect(message).toContain(words);
}

it.each([
  ['{"a":1,"B":[{"c":1}]}\r\n\n{"d":"\\",{"}\nrubbish\n{"e":', false, 'lines', ['a', 'B', 'd']],
  ['\ufeff {"a":{"x":1},"\\u00e9":2}', true, 'lines', ['a', 'é']],
  ['{"a":1,"b":"never ends', false, 'lines', ['a', 'b']],
  [' [\n {"a": 1, "b": [1, {"z": 2}]},\n {"A": 3, "c": 4} ]\n', true, 'array', ['a', 'b', 'c']],
  ['[{"a":"}]","b":{}},{"c"', false, 'array', ['a', 'b', 'c']],
])('%j (whole: %j) is JSON as %s, with keys of all objects that it shows', (content, whole, layout, names) => {
  const source = text(content, 'JSON', whole);
  expect({ layout: source.layout, names: source.columns.map(({ name }) => name) }).toEqual({ layout, names });
});

it.each([
  ['', 'JSON', 'FILE_EMPTY', 'is empty'],
  ['[]', 'JSON', 'FILE_EMPTY', 'array of no objects'],
  ['id,name\n', 'JSON', 'FILE_FORMAT_MISMATCH', 'neither lines'],
  ['{\n"a":1}\n', 'JSON', 'FILE_FORMAT_MISMATCH', 'one object a line'],
  ['[1]', 'JSON', 'FILE_FORMAT_MISMATCH', 'is no object'],
  ['[{"a":1}', 'JSON', 'FILE_FORMAT_MISMATCH', 'cut off'],
  ['{}\n', 'JSON', 'FILE_FORMAT_MISMATCH', 'no keys'],
  ['{"a":1,"A":2}\n', 'JSON', 'COLUMN_DUPLICATE', '"A" twice'],
  ['{"a":1,"a":2}\n', 'JSON', 'COLUMN_DUPLICATE', '"a" twice'],
  ['', 'CSV', 'FILE_EMPTY', 'is empty'],
  ['id,ID\n', 'CSV', 'COLUMN_DUPLICATE', '"ID" twice'],
  ['id,,x\n', 'CSV', 'COLUMN_UNSUPPORTED', 'column 2 has no name'],
  ['id,"a\nb"\n', 'CSV', 'COLUMN_UNSUPPORTED', 'line break'],
  [`id,${'é'.repeat(64)}\n`, 'CSV', 'COLUMN_UNSUPPORTED', 'longer than 127 bytes'],
] as const)('%j cannot be loaded as %s: %s', (content, type, code, words) => {
  expectRefusal(() => text(content, type), code, words);
});

const gzip = Uint8Array.of(0x1f, 0x8b, 8, 0);
const zstd = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0);
const bzip2 = Uint8Array.of(0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59);
const emptyBzip2 = Uint8Array.of(0x42, 0x5a, 0x68, 0x39, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90);
const parquet = new TextEncoder().encode('PAR1....');
const plain = new TextEncoder().encode('BZh,id\n');

it('files are told apart by their first bytes, and a header that starts like one is none', () => {
  expect([gzip, zstd, bzip2, emptyBzip2, parquet, plain, Uint8Array.of(0x1f)].map(magicOf)).toEqual([
    'GZIP',
    'ZSTD',
    'BZIP2',
    'BZIP2',
    'PARQUET',
    undefined,
    undefined,
  ]);
});

it.each([
  [gzip, 'CSV', 'GZIP'],
  [zstd, 'JSON', 'ZSTD'],
  [bzip2, 'CSV', 'BZIP2'],
  [plain, 'CSV', 'NONE'],
  [parquet, 'PARQUET', 'NONE'],
] as const)('%j is %s in %s', (bytes, content_type, compression) => {
  expect(() => checkMagic(2, bytes, { content_type, compression })).not.toThrow();
});

it.each([
  [new Uint8Array(), 'CSV', 'NONE', 'FILE_EMPTY', 'upload a file'],
  [gzip, 'CSV', 'NONE', 'FILE_COMPRESSION_MISMATCH', 'compression GZIP'],
  [plain, 'CSV', 'GZIP', 'FILE_COMPRESSION_MISMATCH', 'Compress it as GZIP'],
  [zstd, 'JSON', 'GZIP', 'FILE_COMPRESSION_MISMATCH', 'compression ZSTD'],
  [gzip, 'PARQUET', 'NONE', 'FILE_COMPRESSION_MISMATCH', 'upload it as it is'],
  [parquet, 'CSV', 'GZIP', 'FILE_FORMAT_MISMATCH', 'with PARQUET'],
  [plain, 'PARQUET', 'NONE', 'FILE_FORMAT_MISMATCH', 'PAR1'],
] as const)('%j is not %s in %s', (bytes, content_type, compression, code, words) => {
  expectRefusal(() => checkMagic(2, bytes, { content_type, compression }), code, words);
});

const element = (more: Partial<ParquetElement>): ParquetElement => ({ name: 'c', ...more });
it.each([
  [{ type: 'BOOLEAN' }, 'BOOLEAN'],
  [{ type: 'INT32' }, 'INTEGER'],
  [{ type: 'INT32', converted_type: 'INT_16' }, 'SMALLINT'],
  [{ type: 'INT32', logical_type: { type: 'INTEGER', bitWidth: 8, isSigned: true } }, 'SMALLINT'],
  [{ type: 'INT64', logical_type: { type: 'INTEGER', bitWidth: 32, isSigned: false } }, 'BIGINT'],
  [{ type: 'INT64', logical_type: { type: 'INTEGER', bitWidth: 64, isSigned: false } }, undefined],
  [{ type: 'INT32', converted_type: 'DATE' }, 'DATE'],
  [{ type: 'INT64', logical_type: { type: 'TIMESTAMP' }, converted_type: 'TIMESTAMP_MICROS' }, 'TIMESTAMP'],
  [{ type: 'INT96' }, 'TIMESTAMP'],
  [{ type: 'INT64', converted_type: 'TIME_MICROS' }, undefined],
  [{ type: 'FLOAT' }, 'REAL'],
  [{ type: 'DOUBLE' }, 'DOUBLE PRECISION'],
  [{ type: 'BYTE_ARRAY', converted_type: 'UTF8' }, 'VARCHAR(65535)'],
  [{ type: 'BYTE_ARRAY' }, undefined],
  [{ type: 'FIXED_LEN_BYTE_ARRAY', converted_type: 'DECIMAL', precision: 12, scale: 3 }, 'DECIMAL(12,3)'],
  [{ type: 'FIXED_LEN_BYTE_ARRAY', logical_type: { type: 'DECIMAL', precision: 39, scale: 3 } }, undefined],
  [{ type: 'INT32', repetition_type: 'REPEATED' }, undefined],
  [{ num_children: 1 }, undefined],
])('the Parquet column %j is staged as %s', (more, expected) => {
  const type = parquetType(element(more));
  expect(type && typeText(type)).toBe(expected);
});

it('the columns of a Parquet file are those under its root, and one that cannot be read refuses the file', () => {
  const root = { name: 'schema', num_children: 2 };
  const id = { name: 'id', type: 'INT64' };
  expect(parquetSource(2, [root, id, { name: 'x', type: 'DOUBLE' }]).columns.map(({ name }) => name)).toEqual([
    'id',
    'x',
  ]);
  expectRefusal(() => parquetSource(2, [root, id, { name: 'list', num_children: 1 }]), 'COLUMN_UNSUPPORTED', '"list"');
  expectRefusal(() => parquetSource(2, [root]), 'FILE_FORMAT_MISMATCH', 'without columns');
});
