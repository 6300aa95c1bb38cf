import type { Platform } from '../../../../client/platform/platform.ts';
import { openFiles } from '../../../../client/upload/open-files.ts';
import type { SizedSource } from '../../../../client/upload/sized-source.ts';
import { sourceOfBytes } from '../../../../client/upload/sized-source.ts';
import type { LoadSource } from '../../../../client/upload/to-source.ts';

function disk() {
  const open = new Set<string>();
  const platform: Platform = {
    decompress: () => undefined,
    download: () => Promise.reject(new Error('nothing was to be downloaded')),
    openFile: (path): Promise<SizedSource> => {
      if (String(path).includes('gone')) return Promise.reject(new Error('there is no such file'));
      open.add(String(path));
      return Promise.resolve({
        ...sourceOfBytes(new Uint8Array(3)),
        close: () => Promise.resolve(void open.delete(String(path))),
      });
    },
    spool: () => Promise.reject(new Error('nothing was to be spooled')),
  };
  return { open, files: (given: LoadSource | readonly LoadSource[], asked = {}) => openFiles(given, asked, platform) };
}

it.each<[what: string, given: LoadSource | readonly LoadSource[], files: number, format: object]>([
  ['paths', ['a.csv.gz', 'b.csv.gz'], 2, { content_type: 'CSV', compression: 'GZIP' }],
  ['one path', 'a.ndjson', 1, { content_type: 'JSON', compression: 'NONE' }],
  ['rows', [{ id: 1 }, { id: 2 }], 1, { content_type: 'JSON', compression: 'NONE' }],
  ['lists of rows', [[{ id: 1 }], [{ id: 2 }]], 2, { content_type: 'JSON', compression: 'NONE' }],
  ['no rows', [], 1, {}],
  [
    'one that says what it is, beside one that does not',
    [new Uint8Array(1), 'b.parquet'],
    2,
    { content_type: 'PARQUET' },
  ],
  ['what does not say anything', [new Blob(['a']), new ArrayBuffer(1)], 2, {}],
])('%s are so many files of this format', async (_, given, count, format) => {
  const found = await disk().files(given);
  expect(found.sources).toHaveLength(count);
  expect(found.format).toMatchObject(format);
});

it.each<[what: string, given: readonly LoadSource[], asked: object, message: RegExp]>([
  ['formats that differ', ['a.csv', 'b.json'], {}, /a\.csv is CSV, b\.json is JSON/],
  ['one that is compressed and one that is not', ['a.csv', 'b.csv.gz'], {}, /a\.csv is NONE, b\.csv\.gz is GZIP/],
  ['rows beside a file of CSV', ['a.csv', [{ id: 1 }]], { content_type: 'CSV' }, /plain JSON, not as CSV/],
  ['rows that are to be compressed', [[{ id: 1 }]], { compression: 'GZIP' }, /plain JSON, not as GZIP/],
  ['more than the API takes', Array.from({ length: 9 }, () => 'a.csv'), {}, /at most 8 files, not 9/],
])('%s are refused, and nothing stays open', async (_, given, asked, message) => {
  const { open, files } = disk();
  await expect(files(given, asked)).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    message: expect.stringMatching(message) as unknown,
  });
  expect([...open]).toEqual([]);
});

it('what is said goes over what names say, and a file that is not there closes those before it', async () => {
  const { open, files } = disk();
  const asked = { content_type: 'CSV', compression: 'NONE' };
  expect((await files(['a.json', 'b.txt'], asked)).format).toEqual(asked);
  open.clear();
  await expect(files(['a.csv', 'gone.csv'])).rejects.toThrow('no such file');
  expect([...open]).toEqual([]);
});
