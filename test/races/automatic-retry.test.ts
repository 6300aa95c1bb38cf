import { abortJob, startJob } from '../../core/use-cases/change-job.ts';
import { admitJob } from '../../core/use-cases/admit-job.ts';
import { cleanUpRun } from '../../core/use-cases/clean-up-job.ts';
import { readLog } from '../../core/use-cases/read-log.ts';
import { listRuns, retryJob } from '../../core/use-cases/retry-job.ts';
import { sweep } from '../../core/use-cases/sweep.ts';
import { runPrefix } from '../../core/results/location.ts';
import { makeWorld, run, tenant } from './world.ts';

const acme = tenant('acme');

/** A world that tries again: each pause is half of its range. */
function worldWithRetry(attempts = 3, limits = { tenant: 5, cluster: 20 }) {
  const world = makeWorld(limits);
  Object.assign(world.deps, { again: { attempts, random: () => 0.5 } });
  return world;
}

/** A job whose first statement has failed in the warehouse, and been heard of. */
async function failedOnce(world = worldWithRetry(), error = 'Disk Full') {
  const job = await world.create(acme);
  await admitJob(world.deps, run(job), world.requestOf(job));
  const statement = world.endStatement(job, 'FAILED', 0, error);
  await world.deliver(statement);
  return { world, job, statement };
}

it('a full disk fails nobody: the job waits, gives its place back, and runs again when its time has come', async () => {
  const { world, job } = await failedOnce();
  const waiting = world.job(job);
  expect(waiting).toMatchObject({
    state: 'UploadComplete',
    attempt: 2,
    retry_at: new Date(world.deps.clock.now().getTime() + 150_000).toISOString(),
    last_error: { code: 'DISK_FULL' },
  });
  expect([world.tables.cluster.size, world.tables.tenants.size]).toEqual([0, 0]);
  world.wait(149);
  await sweep(world.deps);
  await world.wake();
  expect(world.job(job)).toEqual(waiting);
  world.wait(1);
  await sweep(world.deps);
  await world.wake();
  expect(world.job(job)).toMatchObject({ state: 'InProgress', attempt: 2 });
  await world.deliver(world.endStatement(world.job(job), 'FINISHED'));
  expect(world.job(job)).toMatchObject({ state: 'JobComplete', attempt: 2, rows: 3, tries: 2 });
  expect(await listRuns(world.deps, job)).toMatchObject([
    { attempt: 2, state: 'JobComplete', error: null },
    { attempt: 1, state: 'Failed', error: { code: 'DISK_FULL' }, retry_at: expect.any(String) as unknown },
  ]);
  expect(world.counted).toMatchObject({ RunsRetried: 1, JobsCompleted: 1 });
  expect(world.counted.JobsFailed).toBeUndefined();
});

it('the log tells each run, its failure and when it is tried again', async () => {
  const { world, job } = await failedOnce();
  world.wait(150);
  await sweep(world.deps);
  await world.wake();
  const { entries } = await readLog(world.deps, { key: job, limit: 100 });
  expect(entries.map(({ attempt, event, to }) => `${attempt} ${event} ${to}`)).toEqual([
    '1 created Open',
    '1 started UploadComplete',
    '1 admitted InProgress',
    '1 submitted InProgress',
    '1 run_failed UploadComplete',
    '2 requeued UploadComplete',
    '2 admitted InProgress',
    '2 submitted InProgress',
  ]);
  expect(entries[4]).toMatchObject({
    reason: 'Disk Full',
    details: { code: 'DISK_FULL', retry_at: expect.any(String) as unknown },
  });
});

it('news of the failed run that comes again, or says otherwise, changes nothing and publishes nothing', async () => {
  const { world, job, statement } = await failedOnce();
  const waiting = world.job(job);
  expect((await world.deliver(statement)).outcome).toBe('superseded');
  world.deps.warehouse.end(statement.id, 'FINISHED');
  expect((await world.deliver(statement)).outcome).toBe('superseded');
  await admitJob(world.deps, run(job), world.requestOf(job));
  expect(world.job(job)).toEqual(waiting);
  expect(await listRuns(world.deps, job)).toHaveLength(2);
});

it('its own stream record, come early, does not admit it before its time', async () => {
  const { world, job } = await failedOnce();
  const waiting = world.job(job);
  await admitJob(world.deps, run(waiting), world.requestOf(job));
  expect(world.job(job)).toEqual(waiting);
  expect(world.deps.warehouse.statements).toHaveLength(1);
});

it('a job that waits for its time holds up nobody: neither its tenant nor the next one in turn', async () => {
  const world = worldWithRetry(3, { tenant: 1, cluster: 1 });
  const { job } = await failedOnce(world);
  const [mine, theirs] = [await world.create(acme), await world.create(tenant('b'))];
  await admitJob(world.deps, run(mine), world.requestOf(mine));
  await admitJob(world.deps, run(theirs), world.requestOf(theirs));
  await world.deliver(world.endStatement(mine, 'FINISHED'));
  await world.wake();
  expect([world.job(mine).state, world.job(theirs).state]).toEqual(['JobComplete', 'InProgress']);
  expect(world.job(job).state).toBe('UploadComplete');
});

it('a cancellation while it waits ends it at once, and it never runs again', async () => {
  const { world, job } = await failedOnce();
  await abortJob(world.deps, job, 'key', 'enough');
  const aborted = world.job(job);
  expect(aborted).toMatchObject({ state: 'Aborted', attempt: 2, reason: 'enough' });
  expect(aborted).not.toHaveProperty('retry_at');
  world.wait(3600);
  await sweep(world.deps);
  await world.wake();
  expect(world.job(job)).toEqual(aborted);
  expect(world.deps.warehouse.statements).toHaveLength(1);
});

it('a cancellation that was accepted before the failure is known wins over another run', async () => {
  const world = worldWithRetry();
  const job = await world.create(acme);
  await admitJob(world.deps, run(job), world.requestOf(job));
  await abortJob(world.deps, job, 'key');
  await world.deliver(world.endStatement(job, 'FAILED', 0, 'Disk Full'));
  expect(world.job(job)).toMatchObject({ state: 'Aborted', attempt: 1 });
});

it('a cancellation between reading the failed run and writing the next one is not lost', async () => {
  const world = worldWithRetry();
  const job = await world.create(acme);
  await admitJob(world.deps, run(job), world.requestOf(job));
  const { write } = world.deps.jobs;
  let cancelled = false;
  world.deps.jobs.write = async (change) => {
    if (!cancelled && change.ended) {
      cancelled = true;
      await abortJob(world.deps, job, 'key', 'in between');
    }
    return write.call(world.deps.jobs, change);
  };
  await world.deliver(world.endStatement(job, 'FAILED', 0, 'Disk Full'));
  expect(world.job(job)).toMatchObject({ state: 'Aborted', attempt: 1, reason: 'in between' });
  expect(world.tables.runs.size).toBe(0);
});

it('an entry that is added between reading the failed run and keeping it is kept with it', async () => {
  const world = worldWithRetry();
  const job = await world.create(acme);
  const { submit } = world.deps.warehouse;
  const { write } = world.deps.jobs;
  const [decided, recorded] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  let early: Promise<unknown> = Promise.resolve();
  world.deps.warehouse.submit = async (statement) => {
    const submitted = await submit.call(world.deps.warehouse, statement);
    early = world.deliver(world.endStatement(job, 'FAILED', 0, 'Disk Full'));
    await decided.promise;
    return submitted;
  };
  world.deps.jobs.write = async (change) => {
    if (change.ended) {
      decided.resolve(undefined);
      await recorded.promise;
    }
    const written = await write.call(world.deps.jobs, change);
    if (change.set.statement_id !== undefined) recorded.resolve(undefined);
    return written;
  };
  await admitJob(world.deps, run(job), world.requestOf(job));
  await early;
  const { entries } = await readLog(world.deps, { key: job, limit: 100 });
  expect(entries.map(({ event }) => event)).toEqual(['created', 'started', 'admitted', 'submitted', 'run_failed']);
});

it('it is tried as often as it may be and then ends Failed, once, with the last error', async () => {
  const { world, job } = await failedOnce();
  for (const attempt of [2, 3]) {
    world.wait(3600);
    await sweep(world.deps);
    await world.wake();
    expect(world.job(job)).toMatchObject({ state: 'InProgress', attempt });
    await world.deliver(world.endStatement(world.job(job), 'FAILED', 0, 'connection reset'));
  }
  expect(world.job(job)).toMatchObject({ state: 'Failed', attempt: 3, error: { code: 'CONNECTION_ERROR' } });
  expect(world.job(job)).not.toHaveProperty('last_error');
  expect(world.counted).toMatchObject({ RunsRetried: 2, JobsFailed: 1 });
  const asked = await retryJob(world.deps, job);
  expect(asked).toMatchObject({ state: 'UploadComplete', attempt: 4 });
  expect(asked).not.toHaveProperty('tries');
});

it.each([
  ['a wrong query', 'syntax error at or near "FORM"'],
  ['a permission', 'permission denied for relation t'],
  ['a missing table', 'relation "t" does not exist'],
  ['a rule that stopped it', 'Query aborted by query monitoring rule'],
])('%s is not tried again', async (_what, error) => {
  const { world, job } = await failedOnce(worldWithRetry(), error);
  expect(world.job(job)).toMatchObject({ state: 'Failed', attempt: 1 });
});

it('with one attempt nothing is tried again', async () => {
  const { world, job } = await failedOnce(worldWithRetry(1));
  expect(world.job(job)).toMatchObject({ state: 'Failed', attempt: 1, error: { code: 'DISK_FULL' } });
});

it('two sweeps at once queue it once, and a crash between queueing and waking is made good', async () => {
  const { world, job } = await failedOnce();
  world.wait(150);
  const { markWaiting } = world.deps.admission;
  world.deps.admission.markWaiting = () => Promise.reject(new Error('process died'));
  const died = await Promise.allSettled([sweep(world.deps), sweep(world.deps)]);
  expect(died.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(world.job(job).log.map(({ event }) => event)).toEqual(['requeued']);
  world.deps.admission.markWaiting = markWaiting;
  world.wait(60);
  await sweep(world.deps);
  await world.wake();
  expect(world.job(job).state).toBe('InProgress');
});

it('starting a job that waits for its time is settled: it was accepted already', async () => {
  const { world, job } = await failedOnce();
  expect(await startJob(world.deps, job)).toEqual(world.job(job));
});

it('what the failed run had written goes, and nothing of the next one', async () => {
  const { world, job } = await failedOnce();
  const next = world.job(job);
  world.deps.results.put(`${runPrefix(job)}0000_part_00.csv`, 'half');
  world.deps.results.put(`${runPrefix(next)}0000_part_00.csv`, 'whole');
  await cleanUpRun({ results: world.deps.results, telemetry: world.deps.telemetry }, run(job));
  expect((await world.deps.results.files(`results/`)).map(({ key }) => key)).toEqual([
    `${runPrefix(next)}0000_part_00.csv`,
  ]);
});
