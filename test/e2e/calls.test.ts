import { startService, type Client, type Service, until } from './harness.ts';

let service: Service;
let client: Client;
let hold: Promise<void> = Promise.resolve();
let release: () => void = () => undefined;

beforeAll(async () => {
  service = await startService({
    warehouse: { onStatus: (_statement, status) => (status === 'STARTED' ? hold : Promise.resolve()) },
  });
  client = service.demo;
  service.aws.schedules.pause();
  await client.complete('SELECT 1 AS warm');
});
afterEach(() => release());
afterAll(() => service.stop());

/** Calls of the service itself, the authorizer's aside: it remembers keys for a minute. */
function calls(): string[] {
  return service.aws.calls
    .snapshot()
    .filter(({ caller }) => !['local', 'anonymous', 'authorizer'].includes(caller))
    .flatMap(({ caller, service: of, operation, calls: count }) =>
      Array<string>(count).fill(`${caller} ${of} ${operation}`),
    );
}

/** finish-jobs reads the manifest by a URL that it signs itself. */
const readManifest = 'presigned s3 GetObject';

const finishedInLogs = (jobId: string) =>
  until(`${jobId} to finish`, () =>
    service.logs.some((line) => line.includes(jobId) && line.includes('"statement ended"')) ? true : undefined,
  );

it('a plain export costs exactly six AWS calls from its submission to its end', async () => {
  service.aws.calls.reset();
  const { job_id } = await client.start('SELECT 1 AS one', { content_type: 'CSV', compression: 'GZIP' });
  await finishedInLogs(job_id);
  await service.aws.events.settled();
  expect(calls().toSorted()).toEqual(
    [
      'jobs-api dynamodb TransactWriteItems',
      'start-jobs dynamodb TransactWriteItems',
      'start-jobs redshift-data ExecuteStatement',
      'start-jobs dynamodb UpdateItem',
      readManifest,
      'finish-jobs dynamodb TransactWriteItems',
    ].toSorted(),
  );
  expect((await client.read(job_id)).state).toBe('JobComplete');
});

it('creating a job is one call, with an Idempotency-Key too, and repeating it as well', async () => {
  const headers = { 'idempotency-key': 'counted' };
  for (const sent of [{}, headers, headers]) {
    service.aws.calls.reset();
    const reply = await client.call('POST', '/bulk/jobs', { body: { query: 'SELECT 1 AS one' }, headers: sent });
    expect(reply.status).toBe(201);
    expect(calls()).toEqual(['jobs-api dynamodb TransactWriteItems']);
  }
});

it('a verb with an Idempotency-Key costs a read and two writes more, and its repeat a read and a write that is refused', async () => {
  const { job_id: plain } = await client.create({ query: 'SELECT 1 AS one' });
  const { job_id: keyed } = await client.create({ query: 'SELECT 1 AS one' });
  const abort = async (id: string, headers: Record<string, string> = {}) => {
    service.aws.calls.reset();
    expect((await client.call('POST', `/bulk/jobs/${id}/abort`, { headers })).status).toBe(200);
    return calls().map((call) => call.replace('jobs-api dynamodb ', ''));
  };
  const without = await abort(plain);
  const headers = { 'idempotency-key': 'verb' };
  expect(await abort(keyed, headers)).toEqual([...without, 'GetItem', 'PutItem', 'UpdateItem'].toSorted());
  expect(await abort(keyed, headers)).toEqual(['GetItem', 'PutItem']);
});

it('a 304 is the same one read of half a unit', async () => {
  const { job_id } = await client.complete('SELECT 1 AS one');
  const etag = (await client.call('GET', `/bulk/jobs/${job_id}`)).headers.get('etag') ?? '';
  service.aws.calls.reset();
  const unchanged = await client.call('GET', `/bulk/jobs/${job_id}`, { headers: { 'if-none-match': etag } });
  expect(unchanged.status).toBe(304);
  expect(calls()).toEqual(['jobs-api dynamodb GetItem']);
  expect(service.aws.calls.snapshot().find(({ caller }) => caller === 'jobs-api')?.readUnits).toBe(0.5);
});

it('reading a status is one GetItem of half a read unit', async () => {
  const { job_id } = await client.complete('SELECT 1 AS one');
  service.aws.calls.reset();
  await client.read(job_id);
  expect(calls()).toEqual(['jobs-api dynamodb GetItem']);
  const [read] = service.aws.calls.snapshot().filter(({ caller }) => caller === 'jobs-api');
  expect(read).toMatchObject({ readUnits: 0.5, writeUnits: 0, errors: 0 });
});

it('a refused query costs no call at all', async () => {
  service.aws.calls.reset();
  await client.problem('POST', '/bulk/jobs', { body: { query: 'DROP TABLE t', start: true } });
  expect(calls()).toEqual([]);
});

it('nobody polls while a statement runs, however long and however often clients ask', async () => {
  hold = new Promise((resolve) => (release = resolve));
  service.aws.calls.reset();
  const { job_id } = await client.start('SELECT 1 AS one');
  await until('the statement to be recorded', () => calls().find((call) => call.endsWith('UpdateItem')));
  await client.inState(job_id, 'InProgress');
  service.aws.calls.reset();
  const asked = 40;
  for (let at = 0; at < asked; at += 1) expect((await client.read(job_id)).state).toBe('InProgress');
  expect(calls()).toEqual(Array(asked).fill('jobs-api dynamodb GetItem'));
  service.aws.calls.reset();
  release();
  await finishedInLogs(job_id);
  await service.aws.events.settled();
  expect(calls().toSorted()).toEqual(['finish-jobs dynamodb TransactWriteItems', readManifest]);
});
