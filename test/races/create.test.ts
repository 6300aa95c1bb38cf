import { listJobs } from '../../core/use-cases/read-jobs.ts';
import { startJob } from '../../core/use-cases/change-job.ts';
import { makeWorld, tenant } from './world.ts';

const acme = tenant('acme');

it('a query that may not be exported is refused, and nothing is stored', async () => {
  const world = makeWorld();
  await expect(world.create(acme, { query: 'DELETE FROM t' })).rejects.toMatchObject({ code: 'QUERY_REFUSED' });
  await expect(world.create(acme, { content_type: 'PARQUET', compression: 'GZIP' })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    facts: { errors: [{ pointer: '/compression' }] },
  });
  await expect(world.create(acme, { max_file_size_mb: 2000 })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  expect(world.tables.jobs.size + world.tables.requests.size).toBe(0);
});

it('concurrent doubles with one Idempotency-Key make one job', async () => {
  const world = makeWorld();
  const jobs = await Promise.all([1, 2, 3, 4].map(() => world.create(acme, {}, 'key-1')));
  expect(new Set(jobs.map((job) => job.job_id)).size).toBe(1);
  expect(world.tables.jobs.size).toBe(1);
});

it('an Idempotency-Key with another body is refused, and with another tenant it is another key', async () => {
  const world = makeWorld();
  await world.create(acme, {}, 'key-1');
  await expect(world.create(acme, { query: 'SELECT b FROM t' }, 'key-1')).rejects.toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
  await expect(world.create(tenant('other'), { query: 'SELECT b FROM t' }, 'key-1')).resolves.toBeDefined();
});

it('starting twice is starting once, and a finished job does not start', async () => {
  const world = makeWorld();
  const job = await world.create(acme, { start: false });
  const first = await startJob(world.deps, job);
  world.wait(5);
  expect(await startJob(world.deps, job)).toEqual(first);
});

it("another tenant's job can not be told from one that never was", async () => {
  const world = makeWorld();
  const job = await world.create(acme, { start: false });
  const missing = { tenant_id: tenant('other'), job_id: job.job_id };
  const error = await startJob(world.deps, missing).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'JOB_NOT_FOUND', message: `There is no job ${job.job_id}.` });
});

it('a cursor survives inserts, and one that was tampered with is refused', async () => {
  const world = makeWorld();
  for (let n = 0; n < 5; n += 1) await world.create(acme);
  const page = await listJobs(world.deps, { tenant_id: acme, limit: 2 });
  await world.create(acme);
  const next = await listJobs(world.deps, { tenant_id: acme, limit: 10, cursor: page.next_cursor ?? '' });
  const ids = [...page.jobs, ...next.jobs].map((job) => job.job_id);
  expect(new Set(ids).size).toBe(5);
  for (const cursor of ['', 'x', 'jobs.../../x', `${page.next_cursor ?? ''}x`]) {
    await expect(listJobs(world.deps, { tenant_id: acme, limit: 2, cursor })).rejects.toMatchObject({
      code: 'INVALID_CURSOR',
    });
  }
});

it('a list is narrowed by tag, object, state, end and time, and by all of them at once', async () => {
  const world = makeWorld();
  const first = await world.create(acme, { tag: 'nightly', object: 'sales' });
  world.wait(3600);
  const second = await world.create(acme, { tag: 'nightly', start: false });
  const third = await world.create(acme, { tag: 'adhoc', start: false });
  const list = async (filter: object, range: object = {}) =>
    (await listJobs(world.deps, { tenant_id: acme, limit: 10, filter, ...range })).jobs.map((job) => job.job_id);
  expect(await list({ tag: 'nightly' })).toEqual([second.job_id, first.job_id]);
  expect(await list({ tag: 'nightly', object: 'sales' })).toEqual([first.job_id]);
  expect(await list({ state: 'Open' })).toEqual([third.job_id, second.job_id]);
  expect(await list({ is_finished: true })).toEqual([]);
  expect(await list({}, { created_before: second.created_at })).toEqual([first.job_id]);
  expect(await list({ tag: 'nightly' }, { created_after: second.created_at })).toEqual([second.job_id]);
});

it('a cursor of another range of time is refused, not misread', async () => {
  const world = makeWorld();
  for (let n = 0; n < 3; n += 1) await world.create(acme);
  const { next_cursor } = await listJobs(world.deps, { tenant_id: acme, limit: 1 });
  const later = { created_after: '2027-01-01T00:00:00.000Z', cursor: next_cursor ?? '' };
  await expect(listJobs(world.deps, { tenant_id: acme, limit: 1, ...later })).rejects.toMatchObject({
    code: 'INVALID_CURSOR',
  });
});
