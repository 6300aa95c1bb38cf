import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoJobStore } from '../../adapters/dynamo/job-store.ts';
import { items } from '../../adapters/dynamo/records.ts';
import { LoadOptions } from '../../contract/load.ts';
import type { LoadRequest, PinnedUpload } from '../../contract/records.ts';
import { changedJob } from '../../core/jobs/changed-job.ts';
import type { Job, JobKey } from '../../core/jobs/job.ts';
import { onEachBackend } from './backends/stores.ts';
import { SetClock, changeOf, jobId, openJob, tenant } from './samples.ts';

const acme = { tenant_id: tenant('acme'), job_id: jobId(1) };

const openLoad = (key: JobKey): Job => ({
  ...openJob(key),
  operation: 'insert',
  object: 'acme.flights',
  load: { max_errors: 0, all_or_nothing: true },
});
const requestOf = (key: JobKey): LoadRequest => ({
  type: 'request',
  ...key,
  operation: 'insert',
  object: 'acme.flights',
  options: LoadOptions.parse({ max_errors: 0, all_or_nothing: true }),
  start: false,
});
const pin = (file: number): PinnedUpload => ({
  file,
  key: `uploads/acme/job/000${file}`,
  bytes: file === 1 ? 0 : 5 * 1024 ** 4,
  etag: `900150983cd24fb0d6963f7d28e17f72-${file}`,
});

onEachBackend((stores) => {
  async function open() {
    const { jobs } = await stores();
    const job = openLoad(acme);
    expect(await jobs.create(job, requestOf(acme))).toEqual({ outcome: 'created' });
    return { jobs, job };
  }

  it('keeps the files that a load is closed with in the write that closes it, with its request and nowhere else', async () => {
    const { jobs, job } = await open();
    expect(await jobs.getRequest(acme)).toEqual(requestOf(acme));
    const files = [pin(1), pin(3), pin(8)];
    const change = changeOf(job, { type: 'close', files });
    expect(await jobs.write(change)).toEqual({ outcome: 'written' });
    expect(await jobs.getRequest(acme)).toEqual({ ...requestOf(acme), uploads: files, start: true });
    const closed = await jobs.getLatest(acme);
    expect(closed).toMatchObject({ state: 'UploadComplete', uploads: { files: 3, bytes: 2 * 5 * 1024 ** 4 } });
    expect(changedJob(job, change)).toEqual(closed);
    expect(JSON.stringify(closed)).not.toContain('uploads/acme');
  });

  it('of many closings at once takes one, and shows the others the job as it was closed', async () => {
    const { jobs, job } = await open();
    const outcomes = await Promise.all(
      [1, 2, 3, 4, 5].map((file) => jobs.write(changeOf(job, { type: 'close', files: [pin(file)] }))),
    );
    const won = outcomes.findIndex(({ outcome }) => outcome === 'written');
    const closed = await jobs.getLatest(acme);
    expect(outcomes).toEqual(
      outcomes.map((_, at) => (at === won ? { outcome: 'written' } : { outcome: 'stale', job: closed })),
    );
    expect(await jobs.getRequest(acme)).toEqual({ ...requestOf(acme), uploads: [pin(won + 1)], start: true });
  });

  it('pins nothing to a job that was cancelled meanwhile', async () => {
    const { jobs, job } = await open();
    await jobs.write(changeOf(job, { type: 'stop', to: 'Aborted', by: 'key' }));
    expect(await jobs.write(changeOf(job, { type: 'close', files: [pin(1)] }))).toMatchObject({
      outcome: 'stale',
      job: { state: 'Aborted' },
    });
    expect(await jobs.getRequest(acme)).toEqual(requestOf(acme));
  });

  it('never pins twice, not even to a job that is open all the same, and leaves it as it is', async () => {
    const { jobs, job } = await open();
    const close = changeOf(job, { type: 'close', files: [pin(1)] });
    await jobs.write({ ...close, set: { updated_at: close.set.updated_at }, remove: [], append: [] });
    const before = await jobs.getLatest(acme);
    await expect(jobs.write(changeOf(job, { type: 'close', files: [pin(2)] }))).rejects.toThrow(Error);
    expect(await jobs.getLatest(acme)).toEqual(before);
    expect(await jobs.getRequest(acme)).toEqual({ ...requestOf(acme), uploads: [pin(1)], start: true });
  });
});

it('a request that is read before its closing has reached every copy of the table is read again', async () => {
  const client = new DynamoDBClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  const closed = { ...requestOf(acme), uploads: [pin(1)], start: true };
  mock.on(GetItemCommand, { ConsistentRead: false }).resolves({ Item: items.request(requestOf(acme)) });
  mock.on(GetItemCommand, { ConsistentRead: true }).resolves({ Item: items.request(closed) });
  const jobs = new DynamoJobStore({ client, table: 't', clock: new SetClock() });
  expect(await jobs.getRequest(acme)).toEqual(closed);
});
