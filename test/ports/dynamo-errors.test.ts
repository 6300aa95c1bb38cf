import {
  DynamoDBClient,
  ProvisionedThroughputExceededException,
  TransactWriteItemsCommand,
  TransactionCanceledException,
  TransactionConflictException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoAdmission } from '../../adapters/dynamo/admission.ts';
import { type Backoff, backoff } from '../../adapters/dynamo/conflicts.ts';
import { DynamoJobStore } from '../../adapters/dynamo/job-store.ts';
import { items } from '../../adapters/dynamo/records.ts';
import { SetClock, changeOf, jobId, openJob, requestOf, tenant, waitingJob } from './samples.ts';

const key = { tenant_id: tenant('acme'), job_id: jobId(1) };
const limits = { tenant: 5, cluster: 20 };
const $metadata = {};

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    $metadata,
    message: 'Transaction cancelled',
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const conflict = cancelled('TransactionConflict', 'None', 'None');

function stores() {
  const client = new DynamoDBClient({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  const mock = mockClient(client);
  const pauses: number[] = [];
  const wait: Backoff = {
    attempts: 4,
    random: () => 0.5,
    sleep: (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
  };
  const options = { client, table: 'table', backoff: wait };
  const jobs = new DynamoJobStore({ ...options, clock: new SetClock() });
  return { mock, pauses, jobs, admission: new DynamoAdmission(options) };
}

describe('a transaction that meets another', () => {
  it('is tried again after growing pauses, and then counts as if nothing had been', async () => {
    const { mock, pauses, admission } = stores();
    mock.on(TransactWriteItemsCommand).rejectsOnce(conflict).rejectsOnce(conflict).resolves({});
    const change = changeOf(waitingJob(key), { type: 'admit' });
    expect(await admission.admit(change, limits, 'fresh')).toEqual({ outcome: 'written' });
    expect(pauses).toEqual([20, 40]);
    expect(mock.commandCalls(TransactWriteItemsCommand)).toHaveLength(3);
  });

  it('gives up at a bound, with the error as it came', async () => {
    const { mock, pauses, jobs } = stores();
    mock.on(TransactWriteItemsCommand).rejects(conflict);
    const job = openJob(key);
    await expect(jobs.create(job, requestOf(job))).rejects.toBe(conflict);
    expect(pauses).toHaveLength(3);
  });

  it('is neither stale nor full by what it says of the conflict', async () => {
    const { mock, admission } = stores();
    const mixed = cancelled('TransactionConflict', 'ConditionalCheckFailed', 'None');
    mock.on(TransactWriteItemsCommand).rejectsOnce(mixed).resolves({});
    const change = changeOf(waitingJob(key), { type: 'admit' });
    expect(await admission.admit(change, limits, 'fresh')).toEqual({ outcome: 'written' });
  });

  it('is tried again when it is a single write', async () => {
    const { mock, jobs, admission } = stores();
    const single = new TransactionConflictException({ $metadata, message: 'ongoing' });
    mock.on(UpdateItemCommand).rejectsOnce(single).resolvesOnce({}).rejectsOnce(single).resolves({});
    expect(await jobs.write(changeOf(openJob(key), { type: 'start' }))).toEqual({ outcome: 'written' });
    await admission.markWaiting([key.tenant_id], new Date());
    expect(mock.commandCalls(UpdateItemCommand)).toHaveLength(4);
  });
});

it('waits out a shortage of throughput', async () => {
  const { mock, jobs } = stores();
  const short = new ProvisionedThroughputExceededException({ $metadata, message: 'slow down' });
  mock.on(UpdateItemCommand).rejectsOnce(short).resolves({});
  expect(await jobs.write(changeOf(openJob(key), { type: 'start' }))).toEqual({ outcome: 'written' });
});

it('does not try again what was refused for another reason', async () => {
  const { mock, pauses, admission } = stores();
  const invalid = cancelled('ValidationError', 'None', 'None');
  mock.on(TransactWriteItemsCommand).rejects(invalid);
  await expect(admission.release(key)).rejects.toBe(invalid);
  expect(pauses).toEqual([]);
});

it('does not take the refusal of another write of the transaction for a stale job', async () => {
  const { mock, jobs } = stores();
  const foreign = cancelled('None', 'ConditionalCheckFailed', 'None');
  mock.on(TransactWriteItemsCommand).rejects(foreign);
  const running = { ...waitingJob(key), state: 'InProgress' as const };
  const finish = changeOf(running, { type: 'exported', rows: 1, bytes: 1, files: 1 });
  await expect(jobs.write(finish)).rejects.toBe(foreign);
});

it('names an item that does not fit its schema and keeps the reason', async () => {
  const { mock, jobs } = stores();
  const damaged = { ...items.job(openJob(key)), attempt: { S: 'one' } };
  mock.onAnyCommand().resolves({ Item: damaged });
  await expect(jobs.get(key)).rejects.toMatchObject({
    message: expect.stringContaining(`TENANT#acme JOB#${key.job_id}`) as string,
    cause: expect.objectContaining({ name: expect.stringContaining('ZodError') as string }) as Error,
  });
});

it('pauses between attempts for less than the time that a Lambda has', () => {
  const longest = Array.from({ length: backoff.attempts - 1 }, (_, n) => Math.min(800, 20 * 2 ** (n + 1)));
  expect(longest.reduce((sum, pause) => sum + pause, 0)).toBeLessThan(4000);
});
