import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { JobLog } from '../../contract/logs.ts';
import type { RunList } from '../../contract/runs.ts';
import type { StatementStatus, Submission } from '../../local/redshift/statements/statement.ts';
import { startService, type Client, type Service, until } from './harness.ts';

let service: Service;
let client: Client;
/** What happens to a statement when it changes its status; an error fails it with these words. */
let onStatus: (submission: Submission, status: StatementStatus) => Promise<void> = () => Promise.resolve();

beforeAll(async () => {
  service = await startService({
    settings: { SPECTRA_SWEEP_GRACE_SECONDS: '0', SPECTRA_MAX_ATTEMPTS: '2' },
    warehouse: { onStatus: (statement, status) => onStatus(statement, status) },
  });
  client = service.demo;
  service.aws.schedules.pause();
});
afterEach(() => {
  onStatus = () => Promise.resolve();
  service.aws.events.clear();
});
afterAll(() => service.stop());

const query = 'SELECT 1 AS one';

function failNext(times: number, words: string): void {
  let left = times;
  onStatus = (_statement, status) => {
    if (status !== 'STARTED' || left === 0) return Promise.resolve();
    left -= 1;
    return Promise.reject(new Error(words));
  };
}

async function sweep(): Promise<void> {
  service.aws.schedules.run('SweepJobs/EachMinute/Rule');
  await service.aws.events.settled();
}

/** Lets the pause of a job be over: its time, and its place in the index of those that pause. */
async function elapse(jobId: string): Promise<void> {
  const Key = { pk: { S: 'TENANT#demo' }, sk: { S: `JOB#${jobId}` } };
  const past = new Date(Date.now() - 1000).toISOString();
  await service.table.client.send(
    new UpdateItemCommand({
      TableName: service.table.name,
      Key,
      UpdateExpression: 'SET retry_at = :past, unfinished_order = :order',
      ConditionExpression: 'unfinished = :retrying',
      ExpressionAttributeValues: {
        ':past': { S: past },
        ':order': { S: `${past}#${jobId}` },
        ':retrying': { S: 'RETRYING' },
      },
    }),
  );
  const { Item } = await service.table.client.send(new GetItemCommand({ TableName: service.table.name, Key }));
  expect(Item?.retry_at?.S).toBe(past);
}

const pausing = (id: string) => client.follow(id, (job) => job.retry_at !== null, 'pausing');

it('a run that the warehouse fails for want of space is followed by another, and the client sees one job that completes', async () => {
  failNext(1, 'Disk Full');
  const { job_id } = await client.start(query);
  const waiting = await pausing(job_id);
  expect(waiting).toMatchObject({
    state: 'UploadComplete',
    is_finished: false,
    attempt: 2,
    run_id: `${job_id}.2`,
    error: null,
    last_error: { code: 'DISK_FULL', category: 'capacity', retryable: true, retry_after: 300 },
  });
  expect(Date.parse(waiting.retry_at ?? '')).toBeLessThanOrEqual(Date.now() + 300_000);
  await sweep();
  await elapse(job_id);
  await sweep();
  const job = await client.finished(job_id);
  expect(job).toMatchObject({ state: 'JobComplete', attempt: 2, number_records_processed: 1, last_error: null });
  expect(job).toMatchObject({ has_warnings: true, warnings: [{ code: 'RETRIED' }] });
  expect((await client.download(job_id)).length).toBe(job.files);
  const { runs } = (await client.call<RunList>('GET', `/bulk/jobs/${job_id}/runs`)).body;
  expect(runs).toMatchObject([
    { attempt: 2, state: 'JobComplete' },
    { attempt: 1, state: 'Failed', error: { code: 'DISK_FULL' } },
  ]);
  expect(await service.warehouse.statementsOf(job_id)).toHaveLength(2);
  const { entries } = (await client.call<JobLog>('GET', `/bulk/jobs/${job_id}/logs`)).body;
  expect(entries.map(({ attempt, event, by }) => `${attempt} ${event} ${by}`).slice(4, 7)).toEqual([
    '1 run_failed finish-jobs',
    '2 requeued sweep-jobs',
    '2 admitted start-jobs',
  ]);
});

it('the attempts are bounded, also where the sweep finds the failures, and what was half written is removed', async () => {
  failNext(2, 'Disk Full');
  service.aws.events.dropEvents(2);
  const { job_id } = await client.start(query);
  const statementsFailed = (count: number) =>
    until(`${count} failed statements of ${job_id}`, async () => {
      const ended = (await service.warehouse.statementsOf(job_id)).filter(({ Status }) => Status === 'FAILED');
      return ended.length === count ? true : undefined;
    });
  await statementsFailed(1);
  await service.aws.events.settled();
  await sweep();
  await pausing(job_id);
  await elapse(job_id);
  await sweep();
  await statementsFailed(2);
  await service.aws.events.settled();
  await sweep();
  expect(await client.finished(job_id)).toMatchObject({ state: 'Failed', attempt: 2, error: { code: 'DISK_FULL' } });
  expect(await service.objects(`results/demo/${job_id}/`)).toEqual([]);
});

it('a job that pauses is cancelled at once and stays so', async () => {
  failNext(1, 'Disk Full');
  const { job_id } = await client.start(query);
  await pausing(job_id);
  const aborted = await client.patch(job_id, { state: 'Aborted', reason: 'enough' });
  expect(aborted.body).toMatchObject({ state: 'Aborted', retry_at: null, reason: 'enough' });
  await sweep();
  expect((await client.read(job_id)).state).toBe('Aborted');
});

it('a query that is wrong fails at once', async () => {
  const { job_id } = await client.start('SELECT nope FROM nowhere');
  expect(await client.finished(job_id)).toMatchObject({ state: 'Failed', attempt: 1 });
});
