import { readFile } from 'node:fs/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type Dialect, lookInto } from '../../../../console/new-load/look-into.ts';

const csv: Dialect = { content_type: 'CSV', compression: 'NONE', column_delimiter: 'COMMA' };
const people = 'id,name\n1,"Ada, Countess"\n2,\n';

const look = (content: string | Uint8Array<ArrayBuffer>, dialect: Partial<Dialect> = {}) =>
  lookInto(new Blob([content]), { ...csv, ...dialect });

it('shows columns and first rows of CSV as they are, plain and compressed', async () => {
  const seen = {
    kind: 'seen',
    columns: [{ name: 'id' }, { name: 'name' }],
    rows: [
      { id: '1', name: 'Ada, Countess' },
      { id: '2', name: '' },
    ],
  };
  expect(await look(people)).toEqual(seen);
  expect(await look(new Uint8Array(gzipSync(people)), { compression: 'GZIP' })).toEqual(seen);
  expect(await look(people.replaceAll(',', ';').replace(';', ';'), { column_delimiter: 'SEMICOLON' })).toMatchObject({
    columns: [{ name: 'id' }, { name: 'name' }],
  });
});

it('reads no more of a large file than its beginning, and shows no row that is cut off', async () => {
  const rows = Array.from({ length: 100_000 }, (_, n) => `${n},name of ${n}\n`).join('');
  const large = await look(new Uint8Array(gzipSync(`id,name\n${rows}`)), { compression: 'GZIP' });
  expect(large).toMatchObject({ kind: 'seen', rows: { length: 20 } });
  const long = await look(`id,name\n1,short\n2,${'x'.repeat(100_000)}\n`);
  expect(long).toMatchObject({ kind: 'seen', rows: [{ id: '1', name: 'short' }] });
});

it('shows keys of JSON lines and of an array, with values as they are', async () => {
  const lines = await look('{"id":1,"tags":["a"]}\nno object\n{"id":2,"more":null}\n', { content_type: 'JSON' });
  expect(lines).toEqual({
    kind: 'seen',
    columns: [{ name: 'id' }, { name: 'tags' }, { name: 'more' }],
    rows: [
      { id: 1, tags: ['a'] },
      { id: 2, more: null },
    ],
  });
  expect(await look('[{"id":1},{"id":2}]', { content_type: 'JSON' })).toMatchObject({ rows: [{ id: 1 }, { id: 2 }] });
});

it('shows the columns of a PARQUET file with their types, by its footer', async () => {
  const file = new Uint8Array(await readFile('node_modules/vega-datasets/data/flights-3m.parquet'));
  const seen = await look(file, { content_type: 'PARQUET' });
  expect(seen).toMatchObject({ kind: 'seen', rows: [] });
  expect(seen.kind === 'seen' && seen.columns.map(({ name }) => name)).toContain('origin');
  expect(seen.kind === 'seen' && seen.columns.every(({ type }) => type !== undefined && type !== '')).toBe(true);
});

it('says that what a browser cannot decompress is not seen, which is no fault', async () => {
  const zstd = await look(new Uint8Array(zstdCompressSync(people)), { compression: 'ZSTD' });
  expect(zstd).toMatchObject({ kind: 'unseen', why: expect.stringContaining('ZSTD') as string });
});

it.each<[string, string | Uint8Array<ArrayBuffer>, Partial<Dialect>]>([
  ['is empty', '', {}],
  ['is a GZIP file', new Uint8Array(gzipSync(people)), {}],
  ['is plain', people, { compression: 'GZIP' }],
  ['twice', 'id,ID\n', {}],
  ['Is column_delimiter SEMICOLON', 'id;name\n', {}],
  ['neither lines of JSON objects', 'id,name\n', { content_type: 'JSON' }],
  ['can’t be read as GZIP', new Uint8Array([0x1f, 0x8b, 1, 2, 3]), { compression: 'GZIP' }],
  ['can’t be read as PARQUET', 'PAR1 and no footer', { content_type: 'PARQUET' }],
])('tells before it is sent that a file %s', async (what, content, dialect) => {
  expect(await look(content, dialect)).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining(what) as string,
  });
});
