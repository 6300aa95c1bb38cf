import { abortJob } from '../../core/use-cases/change-job.ts';
import { admitJob } from '../../core/use-cases/admit-job.ts';
import { resubmitRun } from '../../core/use-cases/submit-run.ts';
import { sweep } from '../../core/use-cases/sweep.ts';
import { makeWorld, run, tenant } from './world.ts';

const acme = tenant('acme');

async function running() {
  const world = makeWorld();
  const job = await world.create(acme);
  await admitJob(world.deps, run(job), world.requestOf(job));
  return { world, job };
}

it('a statement whose event was lost is finished, and counted as a lost event', async () => {
  const { world, job } = await running();
  world.endStatement(job, 'FINISHED');
  world.wait(61);
  await sweep(world.deps);
  expect(world.job(job)).toMatchObject({ state: 'JobComplete', rows: 3 });
  expect(world.counted).toMatchObject({ LostEventsFound: 1 });
});

it('a run that has just begun is left to its event', async () => {
  const { world, job } = await running();
  world.endStatement(job, 'FINISHED');
  world.wait(59);
  await sweep(world.deps);
  expect(world.job(job).state).toBe('InProgress');
});

it('a statement that still runs is left alone', async () => {
  const { world, job } = await running();
  world.wait(3600);
  await sweep(world.deps);
  expect(world.job(job).state).toBe('InProgress');
  expect(world.counted).toMatchObject({ LostEventsFound: 0, RunningJobs: 1 });
});

it('a run that was never submitted is asked for again, and then runs once', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  world.deps.warehouse.answerNext({ outcome: 'later', cause: 'full' });
  await admitJob(world.deps, run(job), world.requestOf(job));
  world.wait(61);
  await sweep(world.deps);
  expect(world.job(job)).toMatchObject({ state: 'InProgress', resubmit_at: world.deps.clock.now().toISOString() });
  await resubmitRun(world.deps, run(job));
  await resubmitRun(world.deps, run(job));
  expect(world.deps.warehouse.statements).toHaveLength(1);
  expect(world.job(job)).not.toHaveProperty('resubmit_at');
});

it('a run without a statement for longer than its token is remembered fails rather than run twice', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  world.deps.warehouse.answerNext({ outcome: 'later', cause: 'full' });
  await admitJob(world.deps, run(job), world.requestOf(job));
  world.wait(8 * 3600);
  await sweep(world.deps);
  expect(world.job(job)).toMatchObject({ state: 'Failed', error: { code: 'SUBMISSION_LOST' } });
  expect(world.tables.cluster.size).toBe(0);
});

it('a statement that the warehouse has forgotten fails its job', async () => {
  const { world, job } = await running();
  world.deps.warehouse.forget(world.statementOf(job).id);
  world.wait(61);
  await sweep(world.deps);
  expect(world.job(job).state).toBe('Failed');
});

it('a run past its time limit is stopped and ends Failed with JOB_TIMEOUT', async () => {
  const { world, job } = await running();
  world.wait(24 * 3600 + 1);
  await sweep(world.deps);
  expect(world.job(job)).toMatchObject({ state: 'InProgress', desired_state: 'Failed' });
  await world.deps.warehouse.cancel(world.statementOf(job).id);
  await world.deliver(world.statementOf(job));
  expect(world.job(job)).toMatchObject({ state: 'Failed', error: { code: 'JOB_TIMEOUT' } });
});

it('a cancellation that never reached the warehouse is asked again', async () => {
  const { world, job } = await running();
  await abortJob(world.deps, job, 'key');
  world.wait(61);
  await sweep(world.deps);
  expect(world.statementOf(job).report.state).toBe('ABORTED');
});

it('a place that is held by no running job is freed', async () => {
  const { world, job } = await running();
  const ghost = await world.create(acme, { start: false });
  world.tables.cluster.set(`acme/${ghost.job_id}`, ghost);
  world.tables.tenants.set(`acme/${ghost.job_id}`, ghost);
  await sweep(world.deps);
  expect([...world.tables.cluster.keys()]).toEqual([`acme/${job.job_id}`]);
  expect(world.counted).toMatchObject({ LeakedSlotsReleased: 1 });
});

it('a job whose stream record was lost is woken', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  world.wait(61);
  await sweep(world.deps);
  expect([...world.tables.waiting]).toEqual(['acme']);
  await world.wake();
  expect(world.job(job).state).toBe('InProgress');
  expect(world.counted).toMatchObject({ WaitingJobs: 1, OldestWaitingJobSeconds: 61 });
});
