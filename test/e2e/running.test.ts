import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { startService, type Client, type Service, until } from './harness.ts';

let service: Service;
let acme: Client;
let globex: Client;
beforeAll(async () => {
  service = await startService({
    settings: { SPECTRA_BULK_MAX_CONCURRENT_JOBS: '1', SPECTRA_CLUSTER_MAX_CONCURRENT_JOBS: '2' },
  });
  acme = await service.tenant('acme');
  globex = await service.tenant('globex');
});
afterAll(() => service.stop());

/** Runs for hours unless it is cancelled. */
const endless = `SELECT COUNT(*) AS n FROM generate_series(1, 1000000) AS a(x), generate_series(1, 1000000) AS b(y)
  WHERE x + y = 3`;
const long = (
  n: number,
) => `SELECT COUNT(*) AS n FROM generate_series(1, ${n}) AS a(x), generate_series(1, 10000) AS b(y)
  WHERE x % 7 = y % 7`;

/** Who holds places, as the table has it: by tenant, and for the whole cluster. */
async function holders(): Promise<Record<string, number>> {
  const { Items = [] } = await service.table.client.send(
    new QueryCommand({
      TableName: service.table.name,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'ADMISSION' } },
    }),
  );
  return Object.fromEntries(Items.map((item) => [item.sk?.S ?? '', item.holders?.SS?.length ?? 0]));
}

const nobodyHolds = () =>
  until('all places to be free', async () =>
    Object.values(await holders()).every((size) => size === 0) ? true : undefined,
  );

it('a full warehouse makes jobs wait and fails none: never more run than may, and each tenant gets its share', async () => {
  const most: Record<string, number> = {};
  let mostStatements = 0;
  const jobs = await Promise.all(
    [acme, globex, acme, globex, acme, globex].map(async (client) => ({
      client,
      job: await client.start(long(20_000)),
    })),
  );
  const finished = await until('all six jobs', async () => {
    for (const [who, size] of Object.entries(await holders())) most[who] = Math.max(most[who] ?? 0, size);
    mostStatements = Math.max(mostStatements, (await service.warehouse.active()).length);
    const now = await Promise.all(jobs.map(({ client, job }) => client.read(job.job_id)));
    return now.every(({ is_finished }) => is_finished) ? now : undefined;
  });
  expect(finished.map(({ state, error }) => ({ state, error }))).toEqual(
    finished.map(() => ({ state: 'JobComplete', error: null })),
  );
  expect(most).toEqual({ CLUSTER: 2, 'TENANT#acme': 1, 'TENANT#globex': 1 });
  expect(mostStatements).toBeLessThanOrEqual(2);
  const waits = finished.map(({ wait_seconds }) => wait_seconds ?? 0).toSorted((left, right) => left - right);
  expect(waits.at(-1)).toBeGreaterThan(waits[0] ?? 0);
  const statements = await Promise.all(jobs.map(({ job }) => service.warehouse.statementsOf(job.job_id)));
  expect(statements.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1, 1]);
  await nobodyHolds();
});

it('jobs of one tenant run in the order in which they were started', async () => {
  const ids: string[] = [];
  for (let at = 0; at < 4; at += 1) ids.push((await acme.start(long(2000))).job_id);
  const jobs = await Promise.all(ids.map(acme.finished));
  const order = jobs.toSorted((left, right) => ((left.started_at ?? '') < (right.started_at ?? '') ? -1 : 1));
  expect(order.map(({ job_id }) => job_id)).toEqual(ids);
});

describe('cancelling', () => {
  it('a job that waits aborts it at once, and the warehouse never hears of it', async () => {
    const running = await acme.start(endless);
    await acme.inState(running.job_id, 'InProgress');
    const waiting = await acme.start('SELECT 1 AS a');
    const reply = await acme.patch(waiting.job_id, { state: 'Aborted', reason: 'not needed' });
    expect(reply.body).toMatchObject({ state: 'Aborted', reason: 'not needed', is_finished: true, started_at: null });
    await acme.patch(running.job_id, { state: 'Aborted' });
    await acme.inState(running.job_id, 'Aborted');
    await nobodyHolds();
    expect((await acme.read(waiting.job_id)).state).toBe('Aborted');
    expect(await service.warehouse.statementsOf(waiting.job_id)).toEqual([]);
  });

  it('a running job really stops its statement, says so until it has, and frees the place for who waits', async () => {
    const { job_id } = await acme.start(endless);
    await until('the statement to run', async () =>
      (await service.warehouse.statementsOf(job_id)).find(({ Status }) => Status === 'STARTED'),
    );
    const next = await acme.start('SELECT 1 AS a');
    const first = await acme.patch(job_id, { state: 'Aborted', reason: 'too slow' });
    expect(first.status).toBe(200);
    expect(['InProgress', 'Aborted']).toContain(first.body.state);
    if (first.body.state === 'InProgress') expect(first.body.desired_state).toBe('Aborted');
    const second = await acme.patch(job_id, { state: 'Aborted', reason: 'again' });
    expect(second.status).toBe(200);
    const job = await acme.finished(job_id);
    expect(job).toMatchObject({ state: 'Aborted', reason: 'too slow', desired_state: null, error: null, files: 0 });
    expect(job.cancelled_at).toBe(job.completed_at);
    expect((await service.warehouse.statementsOf(job_id)).map(({ Status }) => Status)).toEqual(['ABORTED']);
    expect((await acme.finished(next.job_id)).state).toBe('JobComplete');
    expect((await acme.patch(job_id, { state: 'Aborted' })).body.state).toBe('Aborted');
  });

  it('right after the start never leaves a statement running', async () => {
    const { job_id } = await acme.start(endless);
    await acme.patch(job_id, { state: 'Aborted' });
    expect((await acme.finished(job_id)).state).toBe('Aborted');
    await nobodyHolds();
    const states = (await service.warehouse.statementsOf(job_id)).map(({ Status }) => Status);
    expect(states.filter((state) => state !== 'ABORTED')).toEqual([]);
  });

  it('an export half-way publishes none of the files that it wrote, and deleting the job removes them', async () => {
    const query = `SELECT x, y, MD5(CAST(x AS VARCHAR)) AS pad FROM generate_series(1, 1000000) AS a(x), generate_series(1, 1000) AS b(y)`;
    const { job_id } = await acme.start(query, { max_file_size_mb: 5, compression: 'GZIP' });
    const prefix = `results/acme/${job_id}/`;
    await until('first files', async () => ((await service.objects(prefix)).length > 0 ? true : undefined));
    expect((await acme.problem('GET', `/bulk/jobs/${job_id}/results`)).body.code).toBe('RESULTS_NOT_READY');
    await acme.patch(job_id, { state: 'Aborted' });
    expect(await acme.finished(job_id)).toMatchObject({ state: 'Aborted', files: 0, bytes: 0, result_location: null });
    expect((await acme.problem('GET', `/bulk/jobs/${job_id}/results`)).body.code).toBe('RESULTS_NOT_READY');
    expect((await acme.problem('GET', `/bulk/jobs/${job_id}/files/1`)).body.code).toBe('RESULTS_NOT_READY');
    expect((await acme.call('DELETE', `/bulk/jobs/${job_id}`)).status).toBe(204);
    await until('the files to be gone', async () => ((await service.objects(prefix)).length === 0 ? true : undefined));
  });

  it('a job of another tenant that waits behind me is not held up by it', async () => {
    const mine = await acme.start(endless);
    await acme.inState(mine.job_id, 'InProgress');
    expect((await globex.complete('SELECT 1 AS a')).state).toBe('JobComplete');
    expect((await acme.read(mine.job_id)).state).toBe('InProgress');
    expect((await acme.problem('DELETE', `/bulk/jobs/${mine.job_id}`)).body).toMatchObject({
      status: 409,
      code: 'STATE_CONFLICT',
      state: 'InProgress',
    });
    await acme.patch(mine.job_id, { state: 'Aborted' });
    expect((await acme.finished(mine.job_id)).state).toBe('Aborted');
  });
});
