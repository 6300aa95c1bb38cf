import { DeleteItemCommand, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { errorCodes } from '../../scripts/errors/document.ts';
import type { JobView } from '../../contract/jobs.ts';
import type { StatementStatus } from '../../local/redshift/statements/statement.ts';
import { LOAD_ERROR_CODES, type LoadErrorCode } from '../../core/load/errors.ts';
import { startService, type Client, type Service, until } from './harness.ts';
import { fileErrors } from './support/loads/file-errors.ts';
import { type LoadCase, runLoadCase } from './support/loads/load-case.ts';
import { guards } from './support/loads/row-errors.ts';

let service: Service;
let client: Client;
/** What happens when a statement changes its status; an error is what the warehouse says. */
let onStatus: (status: StatementStatus) => Promise<void> | void = () => undefined;

beforeAll(async () => {
  service = await startService({
    settings: {
      SPECTRA_SWEEP_GRACE_SECONDS: '0',
      SPECTRA_BULK_JOB_TIMEOUT_HOURS: '0.01',
      // The first failure is the job's.
      SPECTRA_MAX_ATTEMPTS: '1',
    },
    warehouse: { onStatus: async (_statement, status) => onStatus(status) },
  });
  client = service.demo;
  service.aws.schedules.pause();
  await service.warehouse.run('CREATE SCHEMA demo');
});
afterEach(() => {
  onStatus = () => undefined;
  service.aws.events.clear();
});
afterAll(() => service.stop());

const query = 'SELECT 1 AS one';
const endless = 'SELECT count(*) FROM generate_series(1, 100000000000) AS a(x)';

async function sweep(): Promise<void> {
  service.aws.schedules.run('SweepJobs/EachMinute/Rule');
  await service.aws.events.settled();
}

const keyOf = (kind: 'JOB' | 'REQUEST', jobId: string) => ({ pk: { S: 'TENANT#demo' }, sk: { S: `${kind}#${jobId}` } });

const alter = (kind: 'JOB' | 'REQUEST', jobId: string, name: string, value: string) =>
  service.table.client.send(
    new UpdateItemCommand({
      TableName: service.table.name,
      Key: keyOf(kind, jobId),
      UpdateExpression: 'SET #name = :value',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': { S: value } },
    }),
  );

/** The warehouse ends the statement with these words. */
const withWords = (words: string) => async (): Promise<string> => {
  onStatus = (status) => {
    if (status === 'STARTED') throw new Error(words);
  };
  return (await client.start(query)).job_id;
};

const started = async (jobId: string) =>
  until('the statement to be recorded', async () => {
    const get = new GetItemCommand({ TableName: service.table.name, Key: keyOf('JOB', jobId), ConsistentRead: true });
    return (await service.table.client.send(get)).Item?.statement_id?.S;
  });

async function removeObject(Key: string): Promise<void> {
  const { awsEndpointUrl: endpoint, region, credentials, outputs } = service.aws;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await s3.send(new DeleteObjectCommand({ Bucket: outputs.BucketName, Key }));
  s3.destroy();
}

async function loseManifest(): Promise<string> {
  service.aws.events.holdEvents(1);
  const { job_id } = await client.start(query, { content_type: 'JSON' });
  const manifest = await until('the manifest', async () =>
    (await service.objects(`results/demo/${job_id}/`)).find((key) => key.endsWith('manifest')),
  );
  await removeObject(manifest);
  service.aws.events.releaseEvents();
  return job_id;
}

async function outlast(): Promise<string> {
  const { job_id } = await client.start(endless);
  await started(job_id);
  await alter('JOB', job_id, 'started_at', new Date(Date.now() - 3_600_000).toISOString());
  await sweep();
  return job_id;
}

async function forgetStatement(): Promise<string> {
  service.aws.events.holdEvents(1);
  const { job_id } = await client.start(query);
  await started(job_id);
  await alter('JOB', job_id, 'statement_id', '00000000-0000-4000-8000-000000000000');
  await sweep();
  return job_id;
}

async function changeQuery(): Promise<string> {
  const { job_id } = await client.create({ query });
  await alter('REQUEST', job_id, 'query', 'DROP TABLE t');
  await client.patch(job_id, { state: 'UploadComplete' });
  return job_id;
}

async function loseUpload(): Promise<string> {
  const startJobs = service.aws.stream('start-jobs');
  await startJobs.pause();
  const { job_id } = await client.create({ operation: 'insert', object: 'demo.t' });
  await service.warehouse.run('CREATE TABLE demo.t (id INTEGER)');
  await client.upload(job_id, 1, 'id\n1\n');
  await client.patch(job_id, { state: 'UploadComplete' });
  await removeObject(`uploads/demo/${job_id}/0001`);
  startJobs.resume();
  return job_id;
}

/** The first case of the loads that fail with a code. */
const loadThatFails = (code: LoadErrorCode) => async (): Promise<string> => {
  const one: LoadCase | undefined = [...guards, ...fileErrors].find((candidate) => candidate.code === code);
  if (!one) throw new Error(`No load fails with ${code}`);
  return (await runLoadCase(service, one)).job.job_id;
};

/** How a job comes to fail with each code of docs/errors.md: by Redshift's own words, or by what is lost. */
const ways: Readonly<Record<string, () => Promise<string>>> = {
  AUTHENTICATION_FAILED: withWords('password authentication failed for user "exporter"'),
  CONNECTION_ERROR: withWords('server closed the connection unexpectedly'),
  DATABASE_NOT_FOUND: withWords('database "prod" does not exist'),
  DISK_FULL: withWords('Disk Full'),
  JOB_TIMEOUT: outlast,
  OUT_OF_MEMORY: withWords('out of memory'),
  PERMISSION_DENIED: withWords('permission denied for relation sales'),
  QUERY_CANCELLED: withWords("Query cancelled on user's request"),
  QUERY_ERROR: async () => (await client.start("SELECT CAST('a' AS INTEGER) AS a")).job_id,
  QUERY_LIMIT_EXCEEDED: withWords('Query aborted by query monitoring rule'),
  QUERY_REFUSED: changeQuery,
  QUERY_TIMEOUT: withWords('canceling statement due to statement timeout'),
  RELATION_NOT_FOUND: async () => (await client.start('SELECT a FROM nowhere')).job_id,
  RESULT_LOST: loseManifest,
  S3_ACCESS_DENIED: withWords('S3ServiceException:Access Denied,Status 403,Error AccessDenied'),
  S3_BUCKET_NOT_FOUND: withWords(
    'S3ServiceException:The specified bucket does not exist,Status 404,Error NoSuchBucket',
  ),
  S3_UNAVAILABLE: withWords('S3ServiceException:Please reduce your request rate.,Status 503,Error SlowDown'),
  SERIALIZATION_FAILURE: withWords('1023 Serializable isolation violation on table - 100'),
  SUBMISSION_LOST: forgetStatement,
  WAREHOUSE_BUSY: withWords('too many connections for user "exporter"'),
  WAREHOUSE_ERROR: withWords('Assert'),
  ...Object.fromEntries(LOAD_ERROR_CODES.map((code) => [code, loadThatFails(code)])),
  FILE_CHANGED: loseUpload,
};

it('every code of docs/errors.md has a way here, so that no new one goes without', () => {
  expect(Object.keys(ways).sort()).toEqual(errorCodes().sort());
});

describe.each(Object.keys(ways))('%s', (code) => {
  it('is what a job really ends with, and says whether to try again', async () => {
    const job: JobView = await client.finished((await ways[code]?.()) ?? '');
    expect({ state: job.state, code: job.error?.code }).toEqual({ state: 'Failed', code });
    expect(job.error?.message).not.toBe('');
    expect(job.links).toHaveProperty('retry');
    await service.table.client.send(
      new DeleteItemCommand({ TableName: service.table.name, Key: keyOf('JOB', job.job_id) }),
    );
  });
});
