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
});
afterEach(() => release());
afterAll(() => service.stop());

const progressOf = async (id: string, query = '?include=progress') =>
  (await client.call('GET', `/bulk/jobs/${id}${query}`)).body.progress;

/** A running job whose statement is held. */
async function held(query: string): Promise<string> {
  hold = new Promise((resolve) => (release = resolve));
  const { job_id } = await client.start(query);
  await client.inState(job_id, 'InProgress');
  await until('the statement to start', async () =>
    (await service.warehouse.statementsOf(job_id)).find(({ Status }) => Status === 'STARTED'),
  );
  return job_id;
}

it('a job tells its phases at no extra cost, and ends at 100 percent', async () => {
  const open = await client.create({ query: 'SELECT 1 AS one' });
  expect(open.progress).toMatchObject({ phase: null, message: 'Waits to be started' });
  const { progress, files, bytes } = await client.complete('SELECT 1 AS one');
  expect(progress).toMatchObject({ phase: null, percentage: 100, files, bytes });
  expect(progress.phases.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed', 'completed']);
});

it('a result without rows is complete, and says so', async () => {
  const empty = await client.complete('SELECT 1 AS one WHERE false', { content_type: 'JSON' });
  expect(empty).toMatchObject({ state: 'JobComplete', has_warnings: true, warnings: [{ code: 'EMPTY_RESULT' }] });
  expect(empty.progress.phases.map(({ status }) => status)).toEqual(['completed', 'completed', 'skipped', 'completed']);
  expect(await client.complete('SELECT 1 AS one')).toMatchObject({ has_warnings: false, warnings: [] });
});

it('the first run of a query has no percentage; the next one has, by what the first took, for who asks', async () => {
  const query = 'SELECT 2 AS two';
  const first = await held(query);
  const unknown = await progressOf(first);
  expect(unknown).toMatchObject({ phase: 'executing', files: 0, bytes: 0 });
  expect(unknown).not.toHaveProperty('percentage');
  release();
  await client.inState(first, 'JobComplete');
  const second = await held(query);
  service.aws.calls.reset();
  const known = await progressOf(second);
  expect(known.percentage).toBeGreaterThanOrEqual(0);
  expect(known.percentage).toBeLessThanOrEqual(99);
  const reads = service.aws.calls.snapshot().filter(({ caller }) => caller === 'jobs-api');
  expect(reads).toMatchObject([{ operation: 'GetItem', calls: 3, readUnits: 1.5 }]);
  const listed = service.aws.calls.snapshot().filter(({ operation }) => operation === 'ListObjectsV2');
  expect(listed).toMatchObject([{ calls: 1, errors: 0 }]);
  expect(await progressOf(second, '')).not.toHaveProperty('percentage');
  let before = 0;
  for (let times = 0; times < 5; times += 1) {
    const { percentage = 0 } = await progressOf(second);
    expect(percentage).toBeGreaterThanOrEqual(before);
    before = percentage;
  }
});

it('who knows the job is still told how far it is: that goes on while the record stays the same', async () => {
  const id = await held('SELECT 3 AS three');
  const plain = await client.call('GET', `/bulk/jobs/${id}`);
  const headers = { 'if-none-match': plain.headers.get('etag') ?? '' };
  expect((await client.call('GET', `/bulk/jobs/${id}`, { headers })).status).toBe(304);
  expect((await client.call('GET', `/bulk/jobs/${id}?include=progress,query`, { headers })).body).toMatchObject({
    query: 'SELECT 3 AS three',
    progress: { files: 0 },
  });
});
