import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { environments, type LambdaName } from '../../contract/environments.ts';
import { permissions } from '../../lib/constructs/permissions.ts';
import type { UploadUrl } from '../../contract/uploads.ts';
import { startService, type Client, type Service, until } from './harness.ts';

let service: Service;
let client: Client;

beforeAll(async () => {
  service = await startService({
    settings: {
      SPECTRA_SWEEP_GRACE_SECONDS: '0',
      SPECTRA_BULK_MAX_CONCURRENT_JOBS: '1',
      SPECTRA_TENANT_MAX_WAITING_JOBS: '19',
    },
  });
  client = service.demo;
  service.aws.schedules.pause();
});
afterAll(() => service.stop());

const query = 'SELECT 1 AS one';
const nothing = 'SELECT 1 AS one WHERE false';
const endless = 'SELECT count(*) FROM generate_series(1, 100000000000) AS a(x)';

const statementIs = (jobId: string, status: string) =>
  until(`the statement of ${jobId} to be ${status}`, async () =>
    (await service.warehouse.statementsOf(jobId)).find(({ Status }) => Status === status),
  );

async function sweep(): Promise<void> {
  service.aws.schedules.run('SweepJobs/EachMinute/Rule');
  await service.aws.events.settled();
}

/** Every way through the service on which a Lambda makes a call that it makes on no other. */
async function walkEveryWay(): Promise<void> {
  const { job_id: done } = await client.complete(query);
  await client.results(done);
  await client.list('?limit=1');
  await client.call('GET', `/bulk/jobs/${done}?include=query`);
  await client.call('DELETE', `/bulk/jobs/${done}`);
  await until('its files to go', async () =>
    (await service.objects(`results/demo/${done}/`)).length === 0 ? true : undefined,
  );
  await expire();
  await startLaterWithoutRows();
  await client.finished((await client.start('SELECT nope FROM nowhere')).job_id);
  await loseEvents();
  await waitInLine();
  await cancelTooLate();
  await cancelBySweep();
  await askForRows();
  await upload();
  await load();
  await submitUnseen();
}

/** In parts and in one, deleted and kept, and what goes with a job. */
async function upload(): Promise<void> {
  const load = { operation: 'insert', object: 'demo.flights' };
  const { job_id } = await client.create(load);
  const at = `/bulk/jobs/${job_id}`;
  const { body } = await client.call<UploadUrl>('GET', `${at}/upload-url?bytes=3&parts=1`);
  await fetch(body.parts?.[0]?.url ?? '', { method: 'PUT', body: 'abc' });
  const complete = { body: { bytes: 3, parts: 1 }, headers: { 'idempotency-key': 'complete' } };
  await client.call('POST', `${at}/uploads/1/complete`, complete);
  await client.call('POST', `${at}/uploads/3/complete`, { ...complete, headers: { 'idempotency-key': 'nothing' } });
  await client.call('GET', `${at}/upload-url?file=2&bytes=3&parts=1`);
  await client.call('DELETE', `${at}/uploads/2`);
  await client.call('PUT', `${at}/batches?file=2`, { body: 'a', headers: { 'content-type': 'text/csv' } });
  await client.call('POST', `${at}/abort`);
  await until('its uploads to go', async () =>
    (await service.objects(`uploads/demo/${job_id}/`)).length === 0 ? true : undefined,
  );
}

/** A load from its files to its rows, and its marker gone. */
async function load(): Promise<void> {
  await service.warehouse.run('CREATE SCHEMA IF NOT EXISTS demo');
  await service.warehouse.run('CREATE TABLE demo.numbers (one INTEGER)');
  const { job_id } = await client.create({ operation: 'insert', object: 'demo.numbers', content_type: 'JSON' });
  const at = `/bulk/jobs/${job_id}`;
  const headers = { 'content-type': 'application/json' };
  await client.call('PUT', `${at}/batches`, { body: '[{"one": 1}, {"one": "x"}]', headers });
  await client.patch(job_id, { state: 'UploadComplete' });
  await client.inState(job_id, 'JobComplete');
  await client.call('GET', `${at}/failed-results`);
  await until('its marker to go', () =>
    service.logs.some((line) => line.includes(job_id) && line.includes('marker dropped')) ? true : undefined,
  );
}

/** A submission that was not recorded, of a load that can't be prepared again: start-jobs looks for its statement. */
async function submitUnseen(): Promise<void> {
  const stream = service.aws.stream('start-jobs');
  service.aws.events.dropEvents(1, { detail: { statementName: [{ wildcard: '*:LOAD' }] } });
  const { job_id } = await client.create({ operation: 'insert', object: 'demo.numbers', content_type: 'JSON' });
  const headers = { 'content-type': 'application/json' };
  await client.call('PUT', `/bulk/jobs/${job_id}/batches`, { body: '[{"one": 2}]', headers });
  await client.patch(job_id, { state: 'UploadComplete' });
  await statementIs(job_id, 'FINISHED');
  await service.aws.events.settled();
  await stream.pause();
  stream.resume();
  await service.table.client.send(
    new UpdateItemCommand({
      TableName: service.table.name,
      Key: { pk: { S: 'TENANT#demo' }, sk: { S: `JOB#${job_id}` } },
      ConditionExpression: 'attribute_exists(statement_id)',
      UpdateExpression: 'REMOVE statement_id',
    }),
  );
  await service.warehouse.run('DROP TABLE demo.numbers');
  await stream.redeliver((record) => JSON.stringify(record).includes(job_id));
  await sweep();
  await client.inState(job_id, 'JobComplete');
}

/** A query with its rows, one that fails, and one that goes on as a job; each key is kept or given back. */
async function askForRows(): Promise<void> {
  const ask = (body: object, key: string) =>
    client.call('POST', '/queries', { body, headers: { 'idempotency-key': key } });
  await ask({ query }, 'rows');
  await ask({ query: 'SELECT nope' }, 'failure');
  const { body } = await ask({ query: endless, timeout_seconds: 1, on_timeout: 'bulk' }, 'job');
  await client.patch(body.job_id, { state: 'Aborted' });
  await client.finished(body.job_id);
}

/** A job that expires leaves a tombstone. */
async function expire(): Promise<void> {
  const { job_id } = await client.create({ query });
  await service.table.client.send(
    new UpdateItemCommand({
      TableName: service.table.name,
      Key: { pk: { S: 'TENANT#demo' }, sk: { S: `JOB#${job_id}` } },
      UpdateExpression: 'SET #ttl = :past',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':past': { N: String(Math.floor(Date.now() / 1000) - 60) } },
    }),
  );
  await service.aws.expireItems();
  await until('its tombstone', async () => {
    const { body } = await client.problem('GET', `/bulk/jobs/${job_id}`);
    return body.code === 'JOB_EXPIRED' ? true : undefined;
  });
}

async function startLaterWithoutRows(): Promise<void> {
  const { job_id } = await client.create({ query: nothing, content_type: 'JSON' });
  await client.patch(job_id, { state: 'UploadComplete' });
  await client.inState(job_id, 'JobComplete');
}

async function loseEvents(): Promise<void> {
  for (const [sql, content_type] of [
    [query, 'CSV'],
    [nothing, 'JSON'],
  ]) {
    service.aws.events.dropEvents(1);
    const { job_id } = await client.start(sql ?? query, { content_type });
    await statementIs(job_id, 'FINISHED');
    await service.aws.events.settled();
    await sweep();
    await client.inState(job_id, 'JobComplete');
  }
}

async function waitInLine(): Promise<void> {
  const { job_id: first } = await client.start(endless);
  await client.inState(first, 'InProgress');
  const { job_id: second } = await client.start(query);
  await statementIs(first, 'STARTED');
  await sweep();
  await client.patch(first, { state: 'Aborted' });
  await client.inState(first, 'Aborted');
  await client.inState(second, 'JobComplete');
  await client.call('POST', `/bulk/jobs/${first}/retry`);
  await client.call('GET', `/bulk/jobs/${first}/runs`);
  await client.patch(first, { state: 'Aborted' });
  await client.inState(first, 'Aborted');
}

/** The warehouse refuses to cancel what has ended: start-jobs asks it why. */
async function cancelTooLate(): Promise<void> {
  service.aws.events.dropEvents(1);
  const { job_id } = await client.start(query);
  await statementIs(job_id, 'FINISHED');
  await service.aws.events.settled();
  await client.patch(job_id, { state: 'Aborted' });
  await until('start-jobs to ask', () =>
    service.logs.some((line) => line.includes(job_id) && line.includes('"cancelled":"ended"')) ? true : undefined,
  );
  await sweep();
  await client.inState(job_id, 'Aborted');
}

async function cancelBySweep(): Promise<void> {
  const { job_id } = await client.start(endless);
  await client.inState(job_id, 'InProgress');
  await statementIs(job_id, 'STARTED');
  await service.aws.stream('start-jobs').pause();
  await client.patch(job_id, { state: 'Aborted' });
  await sweep();
  await client.inState(job_id, 'Aborted');
  service.aws.stream('start-jobs').resume();
}

/** Whose transactions put items as well: a job's items, or the run that another follows (automatic-retry.test.ts makes both do it). */
const writers: ReadonlySet<LambdaName> = new Set(['jobs-api', 'queries-api', 'finish-jobs', 'sweep-jobs']);

/** What IAM calls a call: a transaction is allowed by the writes that are in it. */
function actionsOf(caller: LambdaName, of: string, operation: string): string[] {
  if (operation === 'TransactWriteItems') {
    return writers.has(caller) ? ['dynamodb:PutItem', 'dynamodb:UpdateItem'] : ['dynamodb:UpdateItem'];
  }
  const known: Record<string, string> = {
    CompleteMultipartUpload: 's3:PutObject',
    CreateMultipartUpload: 's3:PutObject',
    DeleteObjects: 's3:DeleteObject',
    HeadObject: 's3:GetObject',
    ListObjectsV2: 's3:ListBucket',
    ListParts: 's3:ListMultipartUploadParts',
  };
  return [known[operation] ?? `${of}:${operation}`];
}

/** Objects are read by URLs that the Lambda signs itself, and listing only makes a missing one a 404: neither shows as its call. */
const unseen: Partial<Record<LambdaName, string[]>> = {
  'jobs-api': ['s3:GetObject', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
  'uploads-api': ['s3:ListBucket', 's3:ListBucketMultipartUploads'],
  'start-jobs': ['s3:GetObject', 's3:PutObject'],
  'finish-jobs': ['s3:GetObject'],
  'sweep-jobs': ['s3:GetObject'],
};

it('every Lambda may do what it does, and does what it may: each on its own', async () => {
  // A key that nobody has used yet, so that the authorizer has to look it up.
  client = await service.tenant('demo');
  service.aws.calls.reset();
  await walkEveryWay();
  const calls = service.aws.calls.snapshot();
  for (const name of Object.keys(environments) as LambdaName[]) {
    const made = calls
      .filter(({ caller }) => caller === name)
      .flatMap(({ service: of, operation }) => actionsOf(name, of, operation));
    const allowed = permissions[name].flatMap(({ actions }) => actions);
    const seen = new Set([...made, ...(unseen[name] ?? [])]);
    expect({ name, actions: [...seen].sort() }).toEqual({ name, actions: [...new Set(allowed)].sort() });
  }
});
