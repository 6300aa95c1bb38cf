import { clientOf, errorOf, json } from '../fake-api.ts';

const job = (state: string, more: object = {}) => ({
  job_id: 'J',
  state,
  is_finished: state === 'JobComplete',
  reason: null,
  ...more,
});
const etag = (value: string) => ({ etag: value, 'retry-after': '4' });

it('holds calls, says what it knows, and asks at once again when the state has moved', async () => {
  const { client, asked, pauses } = clientOf([
    json(job('UploadComplete'), 200, etag('"1"')),
    json(job('InProgress'), 200, etag('"2"')),
    json(job('JobComplete')),
  ]);
  const done = await client.job('J').wait();
  expect(done.state).toBe('JobComplete');
  expect(asked.map(({ path }) => path)).toEqual(Array.from({ length: 3 }, () => '/bulk/jobs/J?wait=25'));
  expect(asked.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"1"', '"2"']);
  expect(pauses).toEqual([]);
});

it('asks no oftener than Retry-After says where calls are not held', async () => {
  const { client, pauses } = clientOf([
    json(job('InProgress'), 200, etag('"1"')),
    json({}, 304, etag('"1"')),
    json(job('InProgress'), 200, etag('"2"')),
    json(job('JobComplete')),
  ]);
  await client.job('J').wait();
  expect(pauses).toEqual([4000, 4000]);
});

it('looks at progress only for who wants to see it', async () => {
  const { client, asked } = clientOf([json(job('JobComplete'))]);
  const seen: string[] = [];
  await client.job('J').wait({ onProgress: ({ state }) => seen.push(state) });
  expect(asked[0]?.path).toBe('/bulk/jobs/J?wait=1&include=progress');
  expect(seen).toEqual(['JobComplete']);
});

it('holds no call longer than it may take', async () => {
  const { client, asked } = clientOf([json(job('JobComplete'))], { timeout: 15_000 });
  await client.job('J').wait();
  expect(asked[0]?.path).toBe('/bulk/jobs/J?wait=5');
});

it('gives up when its time is over', async () => {
  const { client } = clientOf(Array.from({ length: 9 }, () => json({}, 304, etag('"1"'))));
  expect(await errorOf(client.job('J').wait({ timeout: 10_000 }))).toMatchObject({ code: 'TIMEOUT' });
});

it('throws what a failed or cancelled job has to say', async () => {
  const error = { code: 'DISK_FULL', message: 'full', retryable: true, category: 'capacity', details: { position: 3 } };
  const failed = clientOf([json(job('Failed', { is_finished: true, error }))]);
  expect(await errorOf(failed.client.job('J').wait())).toMatchObject({
    name: 'JobFailedError',
    code: 'DISK_FULL',
    retryable: true,
    position: 3,
  });
  const aborted = clientOf([json(job('Aborted', { is_finished: true, reason: 'mine' }))]);
  expect(await errorOf(aborted.client.job('J').wait())).toMatchObject({
    name: 'JobAbortedError',
    message: 'Job J was cancelled: mine',
  });
});
