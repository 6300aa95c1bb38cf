import { gzipSync, zstdCompressSync } from 'node:zlib';
import { fixedLimits } from '../../../../contract/limits.ts';
import type { LoadErrorCode } from '../../../../core/load/errors.ts';
import { compress, parquetOf } from './write-files.ts';
import type { LoadCase } from './load-case.ts';

const lines = (...rows: readonly string[]): string => `${rows.join('\n')}\n`;
const small = 'id,name\n1,a\n';
/** Not to be compressed to a single block. */
const rows = Array.from({ length: 20_000 }, (_, at) => `${at},n${(at * 7919) % 10_007}`);
const large = Buffer.from(lines('id,name', ...rows));
const cut = (data: Buffer): Buffer => data.subarray(0, Math.floor(data.length * 0.7));
const json = { content_type: 'JSON' };
const parquet = { content_type: 'PARQUET' };
const two = "SELECT 1::INTEGER AS id, 'a' AS name";

interface FileCase extends Partial<LoadCase> {
  readonly name: string;
  readonly code: LoadErrorCode | 'RELATION_NOT_FOUND';
  readonly says: RegExp;
  readonly files: LoadCase['files'];
}

const upsert = { operation: 'upsert', external_id_field: 'id' };

const cases: readonly FileCase[] = [
  { name: 'JSON sent as CSV', code: 'FILE_FORMAT_MISMATCH', says: /is it a CSV file/, files: ['{"id":1}\n'] },
  { name: 'CSV sent as JSON', code: 'FILE_FORMAT_MISMATCH', says: /neither lines of JSON/, body: json, files: [small] },
  {
    name: 'Parquet sent as CSV',
    code: 'FILE_FORMAT_MISMATCH',
    says: /create the job with PARQUET/,
    files: [({ workDir }) => parquetOf(workDir, two)],
  },
  { name: 'CSV sent as Parquet', code: 'FILE_FORMAT_MISMATCH', says: /no Parquet file/, body: parquet, files: [small] },
  {
    name: 'UTF-16',
    code: 'FILE_FORMAT_MISMATCH',
    says: /Save it as UTF-8/,
    files: [Buffer.from(`\ufeff${small}`, 'utf16le')],
  },
  {
    name: 'a picture',
    code: 'FILE_FORMAT_MISMATCH',
    says: /not UTF-8|binary/,
    files: [Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  },
  {
    name: 'another delimiter',
    code: 'FILE_FORMAT_MISMATCH',
    says: /Is column_delimiter SEMICOLON\?/,
    files: ['id;name\n1;a\n'],
  },
  {
    name: 'an array of JSON that holds no objects',
    code: 'FILE_FORMAT_MISMATCH',
    says: /element 1 of its array is no object/,
    body: json,
    files: ['[1]'],
  },
  {
    name: 'an array of JSON that is cut off',
    code: 'FILE_FORMAT_MISMATCH',
    says: /cut off/,
    body: json,
    files: ['[{"id":1},{"id":2}'],
  },
  {
    name: 'an array of JSON with something behind it',
    code: 'FILE_FORMAT_MISMATCH',
    says: /follows the end/,
    body: json,
    files: ['[{"id":1}]\n{"id":2}'],
  },
  {
    name: 'plain text declared as GZIP',
    code: 'FILE_COMPRESSION_MISMATCH',
    says: /compression NONE/,
    body: { compression: 'GZIP' },
    files: [small],
  },
  {
    name: 'GZIP declared as nothing',
    code: 'FILE_COMPRESSION_MISMATCH',
    says: /compression GZIP/,
    files: [gzipSync(small)],
  },
  {
    name: 'ZSTD declared as BZIP2',
    code: 'FILE_COMPRESSION_MISMATCH',
    says: /compression ZSTD/,
    body: { compression: 'BZIP2' },
    files: [zstdCompressSync(small)],
  },
  {
    name: 'Parquet compressed again',
    code: 'FILE_COMPRESSION_MISMATCH',
    says: /compressed within/,
    body: parquet,
    files: [async ({ workDir }) => gzipSync(await parquetOf(workDir, two))],
  },
  ...(['GZIP', 'ZSTD', 'BZIP2'] as const).map((compression) => ({
    name: `a ${compression} file that is cut off (Redshift itself words it in its own way)`,
    code: 'FILE_UNREADABLE' as const,
    says: /^File 2 (?:could not be read: .|can't be decompressed: .*Upload it again)/,
    body: { compression },
    files: [async () => compress(small, compression), async () => cut(await compress(large, compression))],
  })),
  {
    name: 'a GZIP file of an array of JSON that is cut off',
    code: 'FILE_UNREADABLE',
    says: /decompressed.*Upload it again/,
    body: { ...json, compression: 'GZIP' },
    files: [cut(gzipSync(`[${rows.map((row) => `{"id":${row.split(',')[0]}}`).join()}]`))],
  },
  {
    name: 'a Parquet file that is cut off',
    code: 'FILE_UNREADABLE',
    says: /no whole Parquet file.*Upload it again/,
    body: parquet,
    files: [async ({ workDir }) => cut(await parquetOf(workDir, two))],
  },
  { name: 'a file without bytes', code: 'FILE_EMPTY', says: /File 2 is empty/, files: [small, ''] },
  { name: 'blanks alone', code: 'FILE_EMPTY', says: /needs a header/, files: ['\n \n'] },
  {
    name: 'an array of JSON without objects',
    code: 'FILE_EMPTY',
    says: /array of no objects/,
    body: json,
    files: ['[ ]'],
  },
  {
    name: 'no key column',
    code: 'COLUMN_MISSING',
    says: /key column.*"id".*add the column/,
    body: upsert,
    files: ['name\na\n'],
  },
  {
    name: 'no column that has to be there',
    code: 'COLUMN_MISSING',
    says: /"must".*takes no NULL/,
    columns: 'id INTEGER, must INTEGER NOT NULL',
    rows: '(9, 9)',
    table: ['9|9'],
    files: ['id\n1\n'],
  },
  {
    name: 'a column that a mapping names',
    code: 'COLUMN_MISSING',
    says: /mapping of "id".*"nr"/,
    body: { column_mappings: [{ source_column: 'nr', target_column: 'id' }] },
    files: [small],
  },
  {
    name: 'a second file with other columns',
    code: 'COLUMN_MISSING',
    says: /File 2 has no column "name".*same columns/,
    files: [small, 'id\n2\n'],
  },
  {
    name: 'a column that the table does not have',
    code: 'COLUMN_UNKNOWN',
    says: /"colour".*column_mappings/,
    files: ['id,name,colour\n1,a,red\n'],
  },
  {
    name: 'a key that the table does not have',
    code: 'COLUMN_UNKNOWN',
    says: /no key column "nr".*external_id_field/,
    body: { operation: 'delete', external_id_field: 'nr' },
    files: [small],
  },
  {
    name: 'a column twice, case not counted',
    code: 'COLUMN_DUPLICATE',
    says: /"ID" twice.*Rename/,
    files: ['id,ID\n1,2\n'],
  },
  {
    name: 'a column of a type that nothing is loaded into',
    code: 'COLUMN_UNSUPPORTED',
    says: /"doc".*SUPER.*Leave it out/,
    columns: 'id INTEGER, doc SUPER',
    rows: '(9, NULL)',
    table: ['9|~'],
    files: ['id,doc\n1,{}\n'],
  },
  {
    name: 'a column that Redshift numbers',
    code: 'COLUMN_UNSUPPORTED',
    says: /identity column "id"/,
    columns: 'id BIGINT IDENTITY(1,1), name VARCHAR(9)',
    table: [],
    files: [small],
  },
  {
    name: 'a Parquet column of lists',
    code: 'COLUMN_UNSUPPORTED',
    says: /"name".*Write it as text/,
    body: parquet,
    files: [({ workDir }) => parquetOf(workDir, 'SELECT 1::INTEGER AS id, [1, 2] AS name')],
  },
  {
    name: 'a Parquet column of a type that does not become that of the table',
    code: 'COLUMN_UNSUPPORTED',
    says: /"id" of the files is DATE/,
    body: parquet,
    files: [({ workDir }) => parquetOf(workDir, "SELECT DATE '2020-01-01' AS id")],
  },
  { name: 'a column without a name', code: 'COLUMN_UNSUPPORTED', says: /column 2 has no name/, files: ['id,\n1,a\n'] },
  {
    name: 'an array of JSON that is too large, however small it is compressed',
    code: 'FILE_TOO_LARGE',
    says: /Write one object a line/,
    body: { ...json, compression: 'GZIP' },
    files: [gzipSync(`[{"id":1,"name":"a"},{"id":${' '.repeat(fixedLimits.json_array_bytes.value)}2}]`)],
  },
  {
    name: 'more columns than one load can hold',
    code: 'LOAD_TOO_WIDE',
    says: /load fewer columns at a time/,
    columns: Array.from({ length: 600 }, (_, at) => `c${at} INTEGER`).join(', '),
    table: [],
    files: [lines(Array.from({ length: 600 }, (_, at) => `c${at}`).join())],
  },
  {
    name: 'a table that is not there',
    code: 'RELATION_NOT_FOUND',
    says: /demo\.nowhere/,
    body: { object: 'demo.nowhere' },
    files: [small],
  },
];

/** Files that can't be loaded: nothing of them is, and the message says what to do. */
export const fileErrors: readonly LoadCase[] = cases.map((one) => ({
  columns: 'id INTEGER, name VARCHAR(9)',
  ...(one.columns === undefined ? { rows: "(9, 'old')", table: ['9|old'] } : {}),
  state: 'Failed',
  failed: [],
  successful: [],
  ...one,
}));
