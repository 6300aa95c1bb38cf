import type { RowFile } from '../../../../client/node.ts';
import { clientOf, errorOf, json } from '../fake-api.ts';

const record = (more: object = {}) =>
  json({
    job_id: 'j',
    state: 'Failed',
    is_finished: true,
    content_type: 'JSON',
    compression: 'GZIP',
    column_delimiter: 'COMMA',
    ...more,
  });
const file = (text: string, headers: Record<string, string> = {}, status = 200): Response => {
  const length = String(new TextEncoder().encode(text).length);
  const found = new Response(text, { status, headers: { 'content-length': length, ...headers } });
  return Object.defineProperty(found, 'url', { value: 'https://s3.example/signed' });
};
const csv = { 'content-type': 'text/csv; charset=utf-8' };
const none = () => json({ code: 'FILE_NOT_FOUND', detail: 'none' }, 404);
const filesOf = async (answers: Response[]) => {
  const { client, asked } = clientOf([record(), ...answers]);
  const files: RowFile[] = [];
  for await (const each of client.job('j').rowFiles('unprocessed')) files.push(each);
  return { files, asked };
};

it('there is no file where the service answers 204, and none other after the last', async () => {
  expect((await filesOf([json(undefined, 204)])).files).toEqual([]);
  const { files, asked } = await filesOf([file('a\n1\n', csv), file('a\n2\n', csv), none()]);
  expect(files).toMatchObject([
    { kind: 'unprocessed', n: 1, name: 'unprocessed-results.csv', bytes: 4, checksum: null },
    { n: 2, name: 'unprocessed-results-2.csv' },
  ]);
  expect(asked.slice(1).map(({ path }) => path)).toEqual(
    [1, 2, 3].map((n) => `/bulk/jobs/j/unprocessed-results?file=${n}`),
  );
});

it('a file as it was sent is named after what the job says of it, and its rows are refused with the way out', async () => {
  const gzip = { 'content-type': 'application/gzip' };
  expect((await filesOf([file('x', gzip), none()])).files).toMatchObject([{ name: 'unprocessed-results.json.gz' }]);
  const { client } = clientOf([record(), file('x', gzip)]);
  expect(await errorOf(client.job('j').unprocessedRows().next())).toMatchObject({
    code: 'UNSUPPORTED_FORMAT',
    hint: expect.stringMatching(/rowFiles\('unprocessed'\)/) as unknown,
  });
});

it('a checksum over the checksums of parts is not taken for one of the content', async () => {
  const headers = { ...csv, 'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=' };
  const composite = file('x', { ...headers, 'x-amz-checksum-type': 'COMPOSITE' });
  const { files } = await filesOf([composite, file('x', headers), none()]);
  expect(files.map(({ checksum }) => checksum)).toEqual([null, { algorithm: 'CRC64NVME', value: 'AAAAAAAAAAA=' }]);
});

it('a link is asked for anew each time, and is an error once the file is gone', async () => {
  const { client, asked } = clientOf([record(), file('a', csv), file('a', csv), json(undefined, 204)]);
  const { value } = await client.job('j').rowFiles('failed').next();
  expect(await value?.url()).toBe('https://s3.example/signed');
  expect(asked).toHaveLength(3);
  expect(await errorOf(value?.url() ?? Promise.resolve())).toMatchObject({ code: 'RESULT_CHANGED' });
});

it('bytes that broke off go on where they were, and a Blob has all of them and their type', async () => {
  const cut = file('a\n', { ...csv, 'content-length': '4' }, 206);
  const { client, asked } = clientOf([record(), file('a\n1\n', csv), cut, file('1\n', csv, 206)]);
  const { value } = await client.job('j').rowFiles('failed').next();
  const blob = await value?.blob();
  expect(await blob?.text()).toBe('a\n1\n');
  expect(blob?.type).toMatch(/^text\/csv; ?charset=utf-8$/);
  expect(asked.slice(2).map(({ headers }) => headers.range)).toEqual(['bytes=0-3', 'bytes=2-3']);
});

it('a file whose size nobody tells is an error, not an endless read', async () => {
  const { client } = clientOf([record(), new Response('x', { headers: csv })]);
  expect(await errorOf(client.job('j').rowFiles('failed').next())).toMatchObject({ code: 'INVALID_ANSWER' });
});
