import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoAdmission } from '../../adapters/dynamo/admission.ts';
import { DynamoJobStore } from '../../adapters/dynamo/job-store.ts';
import { items, keys, readStreamImage } from '../../adapters/dynamo/records.ts';
import { type DynamoEngine, startEngine } from './backends/dynamo-local.ts';
import {
  SetClock,
  changeOf,
  idempotencyOf,
  jobId,
  later,
  noon,
  openJob,
  requestOf,
  tenant,
  waitingJob,
} from './samples.ts';

let engine: DynamoEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const key = { tenant_id: tenant('acme'), job_id: jobId(1) };

async function stores() {
  const table = await engine.createTable();
  const options = { client: engine.client, table };
  const item = async (at: ReturnType<typeof keys.cluster>) =>
    (await engine.client.send(new GetItemCommand({ TableName: table, Key: at, ConsistentRead: true }))).Item ?? {};
  return {
    jobs: new DynamoJobStore({ ...options, clock: new SetClock() }),
    admission: new DynamoAdmission(options),
    item,
  };
}

it('reads jobs and requests as they were stored', async () => {
  const { jobs, item } = await stores();
  const job = waitingJob(key);
  await jobs.create(job, requestOf(job));
  expect(readStreamImage(await item(keys.job(key)))).toEqual(job);
  expect(readStreamImage(await item(keys.request(key)))).toEqual(requestOf(job));
});

it('reads the semaphores, whichever write made them first', async () => {
  const { jobs, admission, item } = await stores();
  await admission.unmarkWaiting([key.tenant_id]);
  const empty = { type: 'admission', sk: 'CLUSTER', holders: new Set(), waiting: new Set() };
  expect(readStreamImage(await item(keys.cluster()))).toEqual(empty);
  await admission.release(key);
  expect(readStreamImage(await item(keys.tenant(key.tenant_id)))).toMatchObject({
    type: 'admission',
    sk: 'TENANT#acme',
  });
  const job = waitingJob(key);
  await jobs.create(job, requestOf(job));
  await admission.markWaiting([tenant('b')], noon);
  await admission.admit(changeOf(job, { type: 'admit' }), { tenant: 1, cluster: 1 }, 'turn');
  expect(readStreamImage(await item(keys.cluster()))).toEqual({
    ...empty,
    holders: new Set([`acme/${key.job_id}`]),
    waiting: new Set(['b']),
    last_tenant: 'acme',
  });
});

it('makes of a repeated mark a change that the stream shows', async () => {
  const { admission, item } = await stores();
  await admission.markWaiting([key.tenant_id], noon);
  const first = await item(keys.cluster());
  await admission.markWaiting([key.tenant_id], later(1));
  expect(await item(keys.cluster())).not.toEqual(first);
});

it('has nothing to say of other items, and refuses one that is not what its type says', () => {
  expect(readStreamImage(items.idempotency(idempotencyOf(openJob(key), 'k')))).toBeUndefined();
  expect(readStreamImage({ pk: { S: 'x' }, sk: { S: 'y' } })).toBeUndefined();
  const damaged = { ...items.job(openJob(key)), state: { S: 'Done' } };
  expect(() => readStreamImage(damaged)).toThrow('does not fit its schema');
});
