import { type AttributeValue, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoAdmission } from '../../adapters/dynamo/admission.ts';
import { DynamoBacklog } from '../../adapters/dynamo/backlog.ts';
import { DynamoIdempotencyStore } from '../../adapters/dynamo/idempotency.ts';
import { DynamoJobStore } from '../../adapters/dynamo/job-store.ts';
import { items } from '../../adapters/dynamo/records.ts';
import { quotaAt } from '../../core/rate-limit/daily-quota.ts';
import { JobRecord } from '../../contract/records.ts';
import { type DynamoEngine, startEngine } from './backends/dynamo-local.ts';
import {
  SetClock,
  changeOf,
  exported,
  idempotencyOf,
  jobId,
  noon,
  openJob,
  query_hash,
  requestOf,
  runningUse,
  statement,
  tenant,
  waitingJob,
} from './samples.ts';

interface Consumed {
  /** Each call, with the number of items where it writes several. */
  calls: string[];
  /**
   * Capacity units, of the table and its index, of the calls that are no transaction: of those DynamoDB Local tells sums that fit no
   * rule of the service (2 WCU per item and KB).
   */
  units: number;
}

interface WithCapacity {
  ConsumedCapacity?: { CapacityUnits?: number };
}

/** Sums up what the calls of this client cost from now on, as DynamoDB tells it. */
function meter(client: DynamoDBClient): Consumed {
  const consumed: Consumed = { calls: [], units: 0 };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const { TransactItems: writes } = args.input as { TransactItems?: unknown[] };
      consumed.calls.push(`${context.commandName ?? ''}${writes ? ` of ${writes.length}` : ''}`);
      const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
      if (!writes) consumed.units += (result.output as WithCapacity).ConsumedCapacity?.CapacityUnits ?? 0;
      return result;
    },
    { step: 'initialize', name: 'meter', override: true },
  );
  return consumed;
}

let engine: DynamoEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const key = { tenant_id: tenant('acme'), job_id: jobId(1) };
const limits = { tenant: 5, cluster: 20 };

async function stores() {
  const table = await engine.createTable();
  const options = { client: engine.client, table };
  return {
    table,
    jobs: new DynamoJobStore({ ...options, clock: new SetClock() }),
    admission: new DynamoAdmission(options),
    backlog: new DynamoBacklog(options),
    idempotency: new DynamoIdempotencyStore(options),
    cost: async (call: () => Promise<unknown>): Promise<Consumed> => {
      const consumed = meter(engine.client);
      await call();
      return consumed;
    },
  };
}

const transaction = (writes: number): Consumed => ({ calls: [`TransactWriteItemsCommand of ${writes}`], units: 0 });

it('creates a job that starts at once in one transaction of two items', async () => {
  const { jobs, cost } = await stores();
  const job = waitingJob(key);
  expect(await cost(() => jobs.create(job, requestOf(job)))).toEqual(transaction(2));
});

it('writes one item more for an Idempotency-Key', async () => {
  const { jobs, cost } = await stores();
  const job = openJob(key);
  expect(await cost(() => jobs.create(job, requestOf(job), { idempotency: idempotencyOf(job, 'k') }))).toEqual(
    transaction(3),
  );
});

it('counts the job of the day in the same transaction, with one item more', async () => {
  const { jobs, cost } = await stores();
  const [plain, keyed] = [waitingJob(key), openJob({ ...key, job_id: jobId(2) })];
  const quota = quotaAt(noon, 10_000);
  expect(await cost(() => jobs.create(plain, requestOf(plain), { quota }))).toEqual(transaction(3));
  const idempotency = idempotencyOf(keyed, 'k');
  expect(await cost(() => jobs.create(keyed, requestOf(keyed), { quota, idempotency }))).toEqual(transaction(4));
});

it('creates a job of items of one write unit each: six units as a transaction, eight with an Idempotency-Key', async () => {
  const { table, cost } = await stores();
  const job = { ...openJob(key), object: 'public.flights', tag: 'nightly', partition_by: ['year', 'month'] };
  const counter = {
    pk: { S: 'TENANT#acme' },
    sk: { S: 'QUOTA#2026-06-01#15' },
    jobs: { N: '625' },
    ttl: { N: '1780444800' },
  };
  const idempotency = { ...idempotencyOf(job, 'k'.repeat(64)), request_hash: 'r'.repeat(64) };
  for (const Item of [items.job(job), items.request(requestOf(job)), items.idempotency(idempotency), counter]) {
    const put = new PutItemCommand({ TableName: table, Item });
    expect(await cost(() => engine.client.send(put))).toEqual({ calls: ['PutItemCommand'], units: 1 });
  }
});

it('takes two writes of one unit to do something once for a key, and as many more as the answer has kilobytes', async () => {
  const { idempotency, cost } = await stores();
  const use = runningUse('k', 'lease');
  expect(await cost(() => idempotency.begin(use, noon))).toEqual({ calls: ['PutItemCommand'], units: 1 });
  const answer = { statusCode: 200, headers: { etag: 'x' }, body: 'x'.repeat(1200) };
  expect(await cost(() => idempotency.keep(use, answer))).toEqual({ calls: ['UpdateItemCommand'], units: 2 });
});

it('counts a backlog of a thousand jobs for less than a hundred read units', async () => {
  const { jobs, backlog, cost } = await stores();
  for (let first = 0; first < 1000; first += 40) {
    const batch = Array.from({ length: 40 }, (_, n) => waitingJob({ ...key, job_id: jobId(first + n) }));
    await Promise.all(batch.map((job) => jobs.create(job, requestOf(job))));
  }
  const { calls, units } = await cost(() => backlog.count(key.tenant_id, 1000));
  expect(calls).toEqual(['QueryCommand']);
  expect(units).toBeLessThan(100);
});

it('reads the status of a job for 0.5 RCU in every state, however long its query is', async () => {
  const { jobs, admission, cost } = await stores();
  const job = waitingJob(key);
  await jobs.create(job, requestOf(job, `SELECT '${'x'.repeat(90_000)}'`));
  const states = [job.state as string];
  expect(await cost(() => jobs.get(key))).toEqual({ calls: ['GetItemCommand'], units: 0.5 });
  await admission.admit(changeOf(job, { type: 'admit' }), limits, 'fresh');
  expect(await cost(() => jobs.get(key))).toEqual({ calls: ['GetItemCommand'], units: 0.5 });
  const running = await jobs.getLatest(key);
  states.push(running?.state ?? '');
  if (running) await jobs.write(changeOf({ ...running, statement_id: statement }, exported));
  expect(await cost(() => jobs.get(key))).toEqual({ calls: ['GetItemCommand'], units: 0.5 });
  states.push((await jobs.getLatest(key))?.state ?? '');
  expect(states).toEqual(['UploadComplete', 'InProgress', 'JobComplete']);
  expect(await cost(() => jobs.getLatest(key))).toEqual({ calls: ['GetItemCommand'], units: 1 });
});

it('admits, records the statement and finishes in one call each', async () => {
  const { jobs, admission, cost } = await stores();
  const job = waitingJob(key);
  await jobs.create(job, requestOf(job));
  const admit = () => admission.admit(changeOf(job, { type: 'admit' }), limits, 'fresh');
  expect(await cost(admit)).toEqual(transaction(3));
  const running = await jobs.getLatest(key);
  if (!running) throw new Error('The job is gone');
  const submitted = changeOf(running, { type: 'submitted', statement_id: statement });
  expect(await cost(() => jobs.write(submitted))).toEqual({ calls: ['UpdateItemCommand'], units: 2 });
  const finish = changeOf({ ...running, statement_id: statement }, { ...exported, query_hash });
  expect(await cost(() => jobs.write(finish))).toEqual(transaction(4));
  const estimate = { tenant_id: key.tenant_id, query_hash };
  expect(await cost(() => jobs.estimate(estimate))).toEqual({ calls: ['GetItemCommand'], units: 0.5 });
});

/** Bytes of a value as DynamoDB counts them, of those kinds that a job has. */
function bytesOf(value: AttributeValue): number {
  if (value.M) return 3 + Object.entries(value.M).reduce((sum, [name, of]) => sum + 1 + name.length + bytesOf(of), 0);
  if (value.L) return 3 + value.L.reduce((sum, of) => sum + 1 + bytesOf(of), 0);
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  return value.N === undefined ? 1 : Math.ceil(value.N.length / 2) + 1;
}

it('a plain export keeps its whole log within the kilobyte that its job costs anyway', async () => {
  const { jobs, admission } = await stores();
  const named = {
    ...waitingJob({ ...key, tenant_id: tenant('a-tenant-of-24-characters') }),
    tag: 'a-label-of-20-letters',
  };
  const log = ['created', 'started'].map((event) => ({ at: noon.getTime(), event, by: 'AbCdEfGhIjKl' }));
  const job = JobRecord.parse({ ...named, max_file_size_mb: 1024, query_hash, log });
  await jobs.create(job, requestOf(job));
  const by = { ...changeOf(job, { type: 'admit' }) };
  await admission.admit({ ...by, append: by.append.map((entry) => ({ ...entry, by: 'start-jobs' })) }, limits, 'fresh');
  const running = await jobs.getLatest(job);
  if (!running) throw new Error('The job is gone');
  await jobs.write(changeOf(running, { type: 'submitted', statement_id: statement }));
  await jobs.write(changeOf({ ...running, statement_id: statement }, exported));
  const ended = await jobs.getLatest(job);
  expect(ended?.log.map(({ event }) => event)).toEqual(['created', 'started', 'admitted', 'submitted', 'completed']);
  const size = bytesOf({ M: items.job(JobRecord.parse(ended)) });
  expect(size).toBeLessThan(1024);
  expect(size).toBeGreaterThan(500);
});

it('learns of a stale write what the job is now without another read', async () => {
  const { jobs } = await stores();
  const job = openJob(key);
  await jobs.create(job, requestOf(job));
  await jobs.write(changeOf(job, { type: 'start' }));
  const consumed = meter(engine.client);
  const stale = await jobs.write(changeOf(job, { type: 'stop', to: 'Aborted', by: 'key' }));
  expect(stale).toMatchObject({ outcome: 'stale', job: { state: 'UploadComplete' } });
  expect(consumed.calls).toEqual(['UpdateItemCommand']);
});

it('finds the next waiting job in one query', async () => {
  const { jobs, admission, cost } = await stores();
  for (let n = 0; n < 20; n++) {
    const job = waitingJob({ ...key, job_id: jobId(n) });
    await jobs.create(job, requestOf(job));
  }
  expect(await cost(() => admission.nextWaiting(undefined))).toEqual({ calls: ['QueryCommand'], units: 0.5 });
});
