import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { JobView } from '../../contract/jobs.ts';
import type { BatchPoint } from '../../local/redshift/start-redshift.ts';
import type { Batch, StatementStatus, Submission } from '../../local/redshift/statements/statement.ts';
import { startService, type Client, type Service, until } from './harness.ts';
import { csv, keyOf, send, uploader } from './support/uploads.ts';

let service: Service;
let client: Client;
let s3: S3Client;
/** What happens to a statement when it changes its status, and to a batch at its named points. */
let onStatus: (submission: Submission, status: StatementStatus) => void;
let onBatchPoint: (batch: Batch, point: BatchPoint) => Promise<void>;
/** Lets batches go that a test holds. */
let release: () => void;
const allIsWell = () => {
  onStatus = () => undefined;
  onBatchPoint = () => Promise.resolve();
  release = () => undefined;
};
allIsWell();

beforeAll(async () => {
  service = await startService({
    // So that a run that failed is seen to have failed: who runs it again is the client.
    settings: { SPECTRA_SWEEP_GRACE_SECONDS: '0', SPECTRA_MAX_ATTEMPTS: '1' },
    warehouse: {
      onStatus: (statement, status) => {
        onStatus(statement, status);
        return Promise.resolve();
      },
      onBatchPoint: (batch, point) => onBatchPoint(batch, point),
    },
  });
  client = service.demo;
  const { awsEndpointUrl: endpoint, region, credentials } = service.aws;
  s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  service.aws.schedules.pause();
  await service.warehouse.run('CREATE SCHEMA demo');
});
beforeEach(async () => {
  await service.warehouse.run('DROP TABLE IF EXISTS demo.accounts');
  await service.warehouse.run('CREATE TABLE demo.accounts (id INTEGER NOT NULL, name VARCHAR(10))');
});
afterEach(() => {
  release();
  allIsWell();
  service.aws.events.clear();
});
afterAll(async () => {
  s3.destroy();
  await service.stop();
});

const { urlFor } = uploader(() => service);
const path = ({ job_id }: Pick<JobView, 'job_id'>): string => `/bulk/jobs/${job_id}`;
const file = 'id,name\n1,ann\n2,bob\n';
const loaded = [
  ['1', 'ann'],
  ['2', 'bob'],
];

/** A load with a file, still open. */
async function uploaded(body = file): Promise<JobView> {
  const job = await client.create({ operation: 'insert', object: 'demo.accounts' });
  const { status } = await client.call('PUT', `${path(job)}/batches`, { body, headers: csv });
  expect(status).toBe(201);
  return job;
}
const close = ({ job_id }: JobView) => client.patch(job_id, { state: 'UploadComplete' });
const abort = ({ job_id }: JobView) => client.patch(job_id, { state: 'Aborted' });
const retry = async (job: JobView): Promise<JobView> => {
  expect((await client.call('POST', `${path(job)}/retry`)).status).toBe(202);
  return client.finished(job.job_id);
};
const rows = () => service.warehouse.rows('SELECT id, name FROM demo.accounts ORDER BY 1, 2');
/** Batches of a job, the first one first. */
const batches = async ({ job_id }: JobView) =>
  (await service.warehouse.statementsOf(job_id)).filter(({ StatementName }) => StatementName?.endsWith(':LOAD'));

const uploadOf = (job: JobView) => ({ Bucket: service.aws.outputs.BucketName, Key: keyOf(path(job), 1) });

/** As it is when start-jobs dies between submitting and recording, or when the answer to the submission is lost. */
async function forgetStatement({ tenant_id, job_id }: JobView): Promise<void> {
  const update = new UpdateItemCommand({
    TableName: service.table.name,
    Key: { pk: { S: `TENANT#${tenant_id}` }, sk: { S: `JOB#${job_id}` } },
    ConditionExpression: 'attribute_exists(statement_id)',
    UpdateExpression: 'REMOVE statement_id',
  });
  await service.table.client.send(update);
}

/** Holds batches at a point until they are let go; tells of the one that is there. */
function holdAt(wanted: BatchPoint): Promise<Batch> {
  const { promise: held, resolve: arrived } = Promise.withResolvers<Batch>();
  const { promise: free, resolve } = Promise.withResolvers<undefined>();
  release = () => resolve(undefined);
  onBatchPoint = async (batch, point) => {
    if (point !== wanted) return;
    arrived(batch);
    await free;
  };
  return held;
}

/** The same without upload and closing: whoever waits for it to be held has closed it. */
async function heldAt(point: BatchPoint): Promise<{ job: JobView; batch: Batch }> {
  const held = holdAt(point);
  const job = await uploaded();
  await close(job);
  return { job, batch: await held };
}
const cancelArrives = (batch: Batch) =>
  until('the cancellation to arrive', () => (batch.cancellation.signal.aborted ? true : undefined));

async function sweep(): Promise<void> {
  service.aws.schedules.run('SweepJobs/EachMinute/Rule');
  await service.aws.events.settled();
}

async function markerGoes({ job_id }: JobView): Promise<void> {
  await until('the marker to go', async () => ((await hasMarker(job_id)) ? undefined : true));
}
const hasMarker = async (jobId: string): Promise<boolean> =>
  (await service.aws.redshift.query(`FROM duckdb_tables() WHERE table_name = 'load_${jobId.toLowerCase()}'`)).length >
  0;

describe('start-jobs', () => {
  it('is killed after it submitted a load: the same batch is found again, and the rows are there once', async () => {
    let killed = 0;
    onStatus = ({ kind }, status) => {
      if (kind !== 'batch' || status !== 'SUBMITTED' || killed > 0) return;
      for (const pid of service.aws.functions.pids('start-jobs')) {
        process.kill(pid, 'SIGKILL');
        killed += 1;
      }
    };
    const job = await uploaded();
    await close(job);
    expect(await client.finished(job.job_id)).toMatchObject({
      state: 'JobComplete',
      attempt: 1,
      number_records_processed: 2,
    });
    expect(killed).toBeGreaterThan(0);
    expect(await batches(job)).toHaveLength(1);
    expect(await rows()).toEqual(loaded);
  });

  it('gets its records again while the load runs: there is one batch, and the rows are there once', async () => {
    const { job } = await heldAt('before COMMIT');
    const again = (record: object) => JSON.stringify(record).includes(job.job_id);
    expect(await service.aws.stream('start-jobs').redeliver(again)).toBeGreaterThan(0);
    release();
    await client.finished(job.job_id);
    expect(await service.aws.stream('start-jobs').redeliver(again)).toBeGreaterThan(0);
    expect(await batches(job)).toHaveLength(1);
    expect(await rows()).toEqual(loaded);
  });
});

it('a submission that died before it was recorded, and whose file is gone when it is repeated, is found: the load is complete', async () => {
  const stream = service.aws.stream('start-jobs');
  service.aws.events.dropEvents(1, { detail: { statementName: [{ wildcard: '*:LOAD' }] } });
  const { job, batch } = await heldAt('before COMMIT');
  await stream.pause();
  stream.resume();
  await forgetStatement(job);
  await s3.send(new DeleteObjectCommand(uploadOf(job)));
  release();
  await until('the batch to end', async () => (await batches(job)).find(({ Status }) => Status === 'FINISHED'));
  expect(await stream.redeliver((record) => JSON.stringify(record).includes(job.job_id))).toBeGreaterThan(0);
  await sweep();
  expect(await client.read(job.job_id)).toMatchObject({
    state: 'JobComplete',
    attempt: 1,
    number_records_processed: 2,
  });
  expect((await batches(job)).map(({ Id }) => Id)).toEqual([batch.id]);
  expect(await rows()).toEqual(loaded);
});

it('a commit whose reply is lost is recognised by the retry, and nothing is loaded twice', async () => {
  onBatchPoint = (_batch, point) =>
    point === 'after COMMIT'
      ? Promise.reject(new Error('server closed the connection unexpectedly'))
      : Promise.resolve();
  const job = await uploaded('id,name\n1,ann\n2,bob\nx,eve\n');
  await close(job);
  expect(await client.finished(job.job_id)).toMatchObject({ state: 'Failed', error: { code: 'CONNECTION_ERROR' } });
  expect(await rows()).toEqual(loaded);
  allIsWell();
  expect(await retry(job)).toMatchObject({
    state: 'JobComplete',
    attempt: 2,
    number_records_processed: 2,
    number_records_failed: 1,
    warnings: [{ code: 'ROWS_REJECTED' }],
  });
  expect(await rows()).toEqual(loaded);
  const failed = await fetch(`${client.apiUrl}${path(job)}/failed-results`, { headers: client.headers });
  expect(await failed.text()).toMatch(/x,eve,"?INVALID_VALUE: [^]*,4,/);
  await markerGoes(job);
});

describe('a cancellation', () => {
  it('in the middle of a load stops its batch and leaves the table as it was; a retry loads', async () => {
    const { job, batch } = await heldAt('before COMMIT');
    expect((await abort(job)).body).toMatchObject({ state: 'InProgress' });
    await cancelArrives(batch);
    release();
    expect((await client.finished(job.job_id)).state).toBe('Aborted');
    expect(await rows()).toEqual([]);
    expect(await hasMarker(job.job_id)).toBe(false);
    expect((await batches(job)).map(({ Status }) => Status)).toEqual(['ABORTED']);
    expect(await retry(job)).toMatchObject({ state: 'JobComplete', attempt: 2, number_records_processed: 2 });
    expect(await rows()).toEqual(loaded);
  });

  it('that arrives when the load is committed loses, and the job says that the rows are there', async () => {
    const { job, batch } = await heldAt('after COMMIT');
    await abort(job);
    await cancelArrives(batch);
    release();
    expect(await client.finished(job.job_id)).toMatchObject({ state: 'JobComplete', number_records_processed: 2 });
    expect(await rows()).toEqual(loaded);
    await markerGoes(job);
  });
});

describe('a load that is closed', () => {
  it('takes the file that it was closed with, though another is sent by the same URL', async () => {
    const held = holdAt('before a statement');
    const job = await client.create({ operation: 'insert', object: 'demo.accounts' });
    const url = await urlFor(path(job), `bytes=${file.length}`);
    expect(await send(url, file)).toBe(200);
    await close(job);
    await held;
    expect(await send(url, file.replace('ann', 'eve'))).toBe(412);
    const put = await client.problem('PUT', `${path(job)}/batches?file=1`, { body: file, headers: csv });
    expect(put.body).toMatchObject({ code: 'STATE_CONFLICT' });
    expect((await client.problem('DELETE', `${path(job)}/uploads/1`)).body.code).toBe('STATE_CONFLICT');
    release();
    expect((await client.finished(job.job_id)).state).toBe('JobComplete');
    expect(await rows()).toEqual(loaded);
  });

  it('and whose file is nevertheless another one, or gone, fails without a word to the warehouse', async () => {
    const [replaced, deleted] = [await uploaded(), await uploaded()];
    const stream = service.aws.stream('start-jobs');
    await stream.pause();
    for (const job of [replaced, deleted]) expect((await close(job)).status).toBe(200);
    await s3.send(new PutObjectCommand({ ...uploadOf(replaced), Body: Buffer.from(file.replace('ann', 'eve')) }));
    await s3.send(new DeleteObjectCommand(uploadOf(deleted)));
    stream.resume();
    for (const job of [replaced, deleted]) {
      expect(await client.finished(job.job_id)).toMatchObject({
        state: 'Failed',
        error: { code: 'FILE_CHANGED', retryable: false },
      });
      expect(await batches(job)).toEqual([]);
    }
    expect(await rows()).toEqual([]);
  });

  it('many times at once is loaded once', async () => {
    const job = await uploaded();
    const all = await Promise.all([1, 2, 3, 4].map(() => close(job)));
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await client.finished(job.job_id);
    expect((await close(job)).status).toBe(409);
    expect(await batches(job)).toHaveLength(1);
    expect(await rows()).toEqual(loaded);
  });
});

it('an event that is lost is made up for by the sweep, with the rows that were rejected', async () => {
  const job = await uploaded('id,name\n1,ann\n2,bob\n3,"much too long"\n');
  service.aws.events.dropEvents(1, { detail: { statementName: [{ wildcard: `*${job.job_id}*` }] } });
  await close(job);
  await until('the batch to end', async () => (await batches(job)).find(({ Status }) => Status === 'FINISHED'));
  await service.aws.events.settled();
  expect((await client.read(job.job_id)).state).toBe('InProgress');
  await sweep();
  expect(await client.read(job.job_id)).toMatchObject({
    state: 'JobComplete',
    number_records_processed: 2,
    number_records_failed: 1,
    warnings: [{ code: 'ROWS_REJECTED', affected_records: 1 }],
  });
  expect(await rows()).toEqual(loaded);
});

it('no function gave up on anything: only the process that was killed counts as an error', () => {
  const counters = Object.entries(service.aws.functions.counters());
  const failed = counters.filter(([, { errors }]) => errors > 0).map(([name, { errors }]) => `${name} ${errors}`);
  expect(failed).toEqual(['start-jobs 1']);
});
