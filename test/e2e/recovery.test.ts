import { callsOnJob } from './support/calls-on-job.ts';
import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { StatementStatus, Submission } from '../../local/redshift/statements/statement.ts';
import { startService, type Client, type Service, until } from './harness.ts';

let service: Service;
let client: Client;
/** What happens to a statement when it changes its status. */
let onStatus: (submission: Submission, status: StatementStatus) => Promise<void> | void = () => undefined;

beforeAll(async () => {
  service = await startService({
    settings: { SPECTRA_SWEEP_GRACE_SECONDS: '0' },
    warehouse: {
      maxActiveStatements: 3,
      onStatus: async (statement, status) => {
        await onStatus(statement, status);
      },
    },
  });
  client = service.demo;
  service.aws.schedules.pause();
});
/** Lets statements go that a test holds. */
let release: () => void = () => undefined;
afterEach(() => {
  release();
  onStatus = () => undefined;
  service.aws.events.clear();
});
afterAll(() => service.stop());

const query = 'SELECT 1 AS one';
const sweepRule = 'SweepJobs/EachMinute/Rule';
const invocations = (name: string) => service.aws.functions.counters()[name]?.invocations ?? 0;

const statementEnded = (jobId: string) =>
  until(`the statement of ${jobId} to end`, async () =>
    (await service.warehouse.statementsOf(jobId)).find(({ Status }) => Status === 'FINISHED'),
  );

/** Runs the sweep and waits until it has done its work. */
async function sweep(): Promise<void> {
  service.aws.schedules.run(sweepRule);
  await service.aws.events.settled();
}

describe('an event that', () => {
  it('is lost is made up for by the sweep', async () => {
    service.aws.events.dropEvents(1);
    const { job_id } = await client.start(query);
    await statementEnded(job_id);
    await service.aws.events.settled();
    expect((await client.read(job_id)).state).toBe('InProgress');
    await sweep();
    const job = await client.read(job_id);
    expect(job).toMatchObject({ state: 'JobComplete', number_records_processed: 1 });
    expect((await client.download(job_id)).length).toBe(job.files);
  });

  it('comes after the sweep changes nothing any more', async () => {
    service.aws.events.holdEvents(1);
    const { job_id } = await client.start(query);
    await statementEnded(job_id);
    await sweep();
    const before = await client.call('GET', `/bulk/jobs/${job_id}`);
    expect(before.body.state).toBe('JobComplete');
    const handled = invocations('finish-jobs');
    service.aws.events.releaseEvents();
    await service.aws.events.settled();
    expect(invocations('finish-jobs')).toBe(handled + 1);
    expect((await client.call('GET', `/bulk/jobs/${job_id}`)).body).toEqual(before.body);
  });

  it('comes twice, and again later, ends the job once', async () => {
    service.aws.events.duplicateEvents(1);
    const { job_id } = await client.start(query);
    const finished = await client.finished(job_id);
    await service.aws.events.settled();
    for (const { event } of service.aws.events.recent().filter((each) => JSON.stringify(each).includes(job_id)))
      service.aws.events.redeliver(event);
    await service.aws.events.settled();
    expect(await client.read(job_id)).toEqual(finished);
    const outcomes = service.logs.filter((line) => line.includes(job_id) && line.includes('"statement ended"'));
    expect(outcomes).toHaveLength(3);
    expect(outcomes.filter((line) => line.includes('"outcome":"written"'))).toHaveLength(1);
  });

  it('is of nobody, of another installation or of nonsense does no harm', async () => {
    const detail = (statementName: string) => ({
      source: 'aws.redshift-data',
      'detail-type': 'Redshift Data Statement Status Change',
      detail: { statementName, statementId: '00000000-0000-0000-0000-000000000000', state: 'FINISHED' },
    });
    const { job_id } = await client.create({ query });
    for (const name of ['', 'nonsense', `other:demo:${job_id}:1:CSV`, `spectra-bulk:demo:${job_id}:1:CSV`])
      service.aws.events.publish(detail(name));
    await service.aws.events.settled();
    expect((await client.read(job_id)).state).toBe('Open');
  });
});

describe('a change of the table that', () => {
  it('is delivered again, early or late, runs nothing twice', async () => {
    const { job_id } = await client.complete(query);
    const stream = service.aws.stream('start-jobs');
    const before = await client.read(job_id);
    const records = await stream.redeliver((record) => JSON.stringify(record).includes(job_id));
    expect(records).toBeGreaterThan(0);
    expect(await client.read(job_id)).toEqual(before);
    expect(await service.warehouse.statementsOf(job_id)).toHaveLength(1);
  });

  it('arrives when the job has been cancelled starts nothing', async () => {
    const stream = service.aws.stream('start-jobs');
    await stream.pause();
    const { job_id } = await client.start(query);
    expect((await client.patch(job_id, { state: 'Aborted' })).body.state).toBe('Aborted');
    const handled = stream.recent().length;
    stream.resume();
    await until('the record to arrive', () => (stream.recent().length > handled ? true : undefined));
    await client.complete(query);
    expect((await client.read(job_id)).state).toBe('Aborted');
    expect(await service.warehouse.statementsOf(job_id)).toEqual([]);
  });
});

describe('start-jobs', () => {
  it('is killed between the submission and its record: the job still completes, with one statement', async () => {
    let killed = 0;
    onStatus = (_statement, status) => {
      if (status !== 'SUBMITTED' || killed > 0) return;
      for (const pid of service.aws.functions.pids('start-jobs')) {
        process.kill(pid, 'SIGKILL');
        killed += 1;
      }
    };
    const { job_id } = await client.start(query);
    const job = await client.finished(job_id);
    expect(killed).toBeGreaterThan(0);
    expect(job).toMatchObject({ state: 'JobComplete', number_records_processed: 1, attempt: 1 });
    expect(await service.warehouse.statementsOf(job_id)).toHaveLength(1);
    expect((await client.complete(query)).state).toBe('JobComplete');
  });

  it('is told that the warehouse is full: jobs wait for the sweep, none fails, none runs twice', async () => {
    service.aws.calls.reset();
    const held = new Promise<void>((resolve) => (release = resolve));
    onStatus = (_statement, status) => (status === 'STARTED' ? held : undefined);
    const jobs = await Promise.all(Array.from({ length: 5 }, () => client.start(query)));
    const refused = await until('a refusal', () =>
      service.aws.calls.snapshot().find(({ operation, errors }) => operation === 'ExecuteStatement' && errors >= 2),
    );
    expect(refused.caller).toBe('start-jobs');
    release();
    const finished = await until('all jobs', async () => {
      await sweep();
      const now = await Promise.all(jobs.map(({ job_id }) => client.read(job_id)));
      return now.every(({ is_finished }) => is_finished) ? now : undefined;
    });
    expect(finished.map(({ state }) => state)).toEqual(finished.map(() => 'JobComplete'));
    const statements = await Promise.all(jobs.map(({ job_id }) => service.warehouse.statementsOf(job_id)));
    expect(statements.map(({ length }) => length)).toEqual(finished.map(() => 1));
  });
});

describe('a job whose time is over', () => {
  const alter = (jobId: string, name: string, value: { S: string } | { N: string }) =>
    service.table.client.send(
      new UpdateItemCommand({
        TableName: service.table.name,
        Key: { pk: { S: 'TENANT#demo' }, sk: { S: `JOB#${jobId}` } },
        UpdateExpression: 'SET #name = :value',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#name': name },
        ExpressionAttributeValues: { ':value': value },
      }),
    );
  const past = { N: String(Math.floor(Date.now() / 1000) - 60) };
  const requestOf = async (jobId: string) => {
    const Key = { pk: { S: 'TENANT#demo' }, sk: { S: `REQUEST#${jobId}` } };
    const { Item } = await service.table.client.send(
      new GetItemCommand({ TableName: service.table.name, Key, ConsistentRead: true }),
    );
    return Item;
  };

  it('is gone with its request and its files', async () => {
    const [kept, gone] = [await client.complete(query), await client.complete(query)];
    expect(await requestOf(gone.job_id)).toBeDefined();
    await alter(gone.job_id, 'ttl', past);
    expect(await service.aws.expireItems()).toBe(1);
    await until('its tombstone', async () => {
      const { body } = await client.problem('GET', `/bulk/jobs/${gone.job_id}`);
      return body.code === 'JOB_EXPIRED' ? true : undefined;
    });
    await until('files and request to be gone', async () => {
      const files = await service.objects(`results/demo/${gone.job_id}/`);
      return files.length === 0 && (await requestOf(gone.job_id)) === undefined ? true : undefined;
    });
    expect((await client.download(kept.job_id)).length).toBe(kept.files);
    expect(await requestOf(kept.job_id)).toBeDefined();
  });

  it('is answered with 410 by its own tenant alone, before it is deleted and afterwards', async () => {
    const { job_id } = await client.complete(query);
    const stranger = await service.tenant('stranger');
    await alter(job_id, 'ttl', past);
    const expired_at = new Date(Number(past.N) * 1000).toISOString();
    const all = async (caller: Client) => {
      const replies = await Promise.all(
        callsOnJob.map(([verb, path]) => caller.problem(verb, `/bulk/jobs/${job_id}${path}`)),
      );
      return replies.map(({ body }) => [body.code, body.expired_at]);
    };
    expect(await all(client)).toEqual(callsOnJob.map(() => ['JOB_EXPIRED', expired_at]));
    expect((await client.list()).jobs.map((job) => job.job_id)).not.toContain(job_id);
    await service.aws.expireItems();
    await until('its tombstone', async () => ((await all(client))[0]?.[0] === 'JOB_EXPIRED' ? true : undefined));
    expect(await all(client)).toEqual(callsOnJob.map(() => ['JOB_EXPIRED', expired_at]));
    expect(await all(stranger)).toEqual(callsOnJob.map(() => ['JOB_NOT_FOUND', undefined]));
  });

  it('and whose files are already gone is cleaned up all the same', async () => {
    const { job_id } = await client.complete(query);
    const { awsEndpointUrl: endpoint, region, credentials, outputs } = service.aws;
    const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    for (const Key of await service.objects(`results/demo/${job_id}/`))
      await s3.send(new DeleteObjectCommand({ Bucket: outputs.BucketName, Key }));
    s3.destroy();
    await alter(job_id, 'ttl', past);
    await service.aws.expireItems();
    await until('the request to be gone', async () => ((await requestOf(job_id)) === undefined ? true : undefined));
    expect(service.aws.functions.counters()['clean-up']?.errors).toBe(0);
  });

  it('keeps its record but not its results when only these have expired', async () => {
    const { job_id } = await client.complete(query);
    const expired_at = new Date(Date.now() - 1000).toISOString();
    await alter(job_id, 'expires_at', { S: expired_at });
    expect((await client.read(job_id)).state).toBe('JobComplete');
    for (const path of ['results', 'files/1']) {
      const { body } = await client.problem('GET', `/bulk/jobs/${job_id}/${path}`);
      expect(body).toMatchObject({ status: 410, code: 'RESULTS_EXPIRED', expired_at });
    }
  });
});

it('no function gave up on anything: only the process that was killed counts as an error', () => {
  const counters = Object.entries(service.aws.functions.counters());
  const failed = counters.filter(([, { errors }]) => errors > 0).map(([name, { errors }]) => `${name} ${errors}`);
  expect(failed).toEqual(['start-jobs 1']);
});
