import { admitJob } from '../../core/use-cases/admit-job.ts';
import { abortJob } from '../../core/use-cases/change-job.ts';
import { cleanUpJob } from '../../core/use-cases/clean-up-job.ts';
import { listRuns, retryJob } from '../../core/use-cases/retry-job.ts';
import { makeWorld, run, tenant } from './world.ts';

const acme = tenant('acme');

async function failed() {
  const world = makeWorld();
  const job = await world.create(acme);
  await admitJob(world.deps, run(job), world.requestOf(job));
  await world.deliver(world.endStatement(job, 'FAILED', 0, 'ERROR: disk full'));
  return { world, job };
}

it('a failed job runs again without being sent again, under another number, and the first run stays on record', async () => {
  const { world, job } = await failed();
  const again = await retryJob(world.deps, job);
  expect(again).toMatchObject({ state: 'UploadComplete', attempt: 2 });
  for (const gone of ['error', 'started_at', 'completed_at', 'statement_id', 'expires_at', 'ttl']) {
    expect(again).not.toHaveProperty(gone);
  }
  await admitJob(world.deps, run(again));
  await world.deliver(world.endStatement(again, 'FINISHED'));
  expect(world.job(job)).toMatchObject({ state: 'JobComplete', attempt: 2, rows: 3 });
  const runs = await listRuns(world.deps, job);
  expect(runs).toMatchObject([
    { attempt: 2, state: 'JobComplete', error: null },
    { attempt: 1, state: 'Failed', error: { code: 'DISK_FULL' } },
  ]);
  expect(new Set(world.deps.warehouse.statements.map(({ token }) => token)).size).toBe(2);
});

it('two retries at once begin one run', async () => {
  const { world, job } = await failed();
  const both = await Promise.all([retryJob(world.deps, job), retryJob(world.deps, job)]);
  expect(both.map((one) => one.attempt)).toEqual([2, 2]);
  expect(await listRuns(world.deps, job)).toHaveLength(2);
});

it('late news of a run that was followed by another changes nothing', async () => {
  const { world, job } = await failed();
  const first = world.statementOf(job);
  const again = await retryJob(world.deps, job);
  world.deps.warehouse.end(first.id, 'FINISHED');
  expect((await world.deliver(first)).outcome).toBe('superseded');
  expect(world.job(job)).toEqual(again);
  await admitJob(world.deps, run(job), world.requestOf(job));
  expect(world.deps.warehouse.statements).toHaveLength(1);
});

it('a cancelled job runs again and can be cancelled again', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  await abortJob(world.deps, job, 'key', 'first');
  const again = await retryJob(world.deps, job);
  expect(again).not.toHaveProperty('reason');
  await abortJob(world.deps, again, 'key', 'second');
  expect(await listRuns(world.deps, job)).toMatchObject([{ reason: 'second' }, { reason: 'first' }]);
});

it('a job that runs, waits or is complete is not run again', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  const refused = { code: 'STATE_CONFLICT' };
  await expect(retryJob(world.deps, job)).rejects.toMatchObject(refused);
  await admitJob(world.deps, run(job), world.requestOf(job));
  await expect(retryJob(world.deps, job)).rejects.toMatchObject(refused);
  await world.deliver(world.endStatement(job, 'FINISHED'));
  await expect(retryJob(world.deps, job)).rejects.toMatchObject(refused);
});

it('a job is not run without end', async () => {
  const world = makeWorld();
  let job = await world.create(acme);
  for (let runs = 1; runs < 20; runs += 1) {
    await abortJob(world.deps, job, 'key');
    job = await retryJob(world.deps, job);
  }
  await abortJob(world.deps, job, 'key');
  await expect(retryJob(world.deps, job)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
});

it('the runs of a deleted job go with it', async () => {
  const { world, job } = await failed();
  const again = await retryJob(world.deps, job);
  await cleanUpJob(world.deps, again, 'deleted');
  expect(world.tables.runs.size).toBe(0);
});
