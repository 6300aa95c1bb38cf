import { abortJob } from '../../core/use-cases/change-job.ts';
import { admitJob } from '../../core/use-cases/admit-job.ts';
import { readLog } from '../../core/use-cases/read-log.ts';
import { retryJob } from '../../core/use-cases/retry-job.ts';
import { sweep } from '../../core/use-cases/sweep.ts';
import type { JobKey } from '../../core/jobs/job.ts';
import { makeWorld, run, tenant } from './world.ts';

const acme = tenant('acme');

const eventsOf = async (world: ReturnType<typeof makeWorld>, key: JobKey) =>
  (await readLog(world.deps, { key, limit: 1000 })).entries.map(({ attempt, event }) => `${attempt} ${event}`);

it('whatever is delivered however often is written down once', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  for (let times = 0; times < 3; times += 1) await admitJob(world.deps, run(job), world.requestOf(job));
  const statement = world.endStatement(job, 'FINISHED');
  await Promise.all([world.deliver(statement), world.deliver(statement), sweep(world.deps)]);
  world.wait(120);
  await sweep(world.deps);
  await admitJob(world.deps, run(job), world.requestOf(job));
  expect(await eventsOf(world, job)).toEqual(['1 created', '1 started', '1 admitted', '1 submitted', '1 completed']);
});

it('a run that can not be submitted for hours does not fill the log', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  world.deps.warehouse.answerNext({ outcome: 'later', cause: 'full' });
  await admitJob(world.deps, run(job), world.requestOf(job));
  for (let minutes = 0; minutes < 100; minutes += 1) {
    world.wait(61);
    await Promise.all([sweep(world.deps), sweep(world.deps)]);
  }
  expect(await eventsOf(world, job)).toEqual(['1 created', '1 started', '1 admitted', '1 resubmitted']);
});

it('every run is told, with who did what: the caller, and the component that carried it out', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  await admitJob({ ...world.deps, by: 'start-jobs' }, run(job), world.requestOf(job));
  await abortJob({ ...world.deps, by: 'AbCdEfGhIjKl' }, job, 'AbCdEfGhIjKl', 'mistake');
  await abortJob({ ...world.deps, by: 'AbCdEfGhIjKl' }, job, 'AbCdEfGhIjKl', 'again');
  await world.deliver(world.endStatement(job, 'ABORTED'));
  await retryJob({ ...world.deps, by: 'AbCdEfGhIjKl' }, job);
  const { entries } = await readLog(world.deps, { key: job, limit: 100 });
  expect(entries.map(({ attempt, event, by, reason }) => [attempt, event, by, reason])).toEqual([
    [1, 'created', 'key', null],
    [1, 'started', 'key', null],
    [1, 'admitted', 'start-jobs', null],
    [1, 'submitted', 'start-jobs', null],
    [1, 'stop_requested', 'AbCdEfGhIjKl', 'mistake'],
    [1, 'aborted', 'tester', 'mistake'],
    [2, 'retried', 'AbCdEfGhIjKl', null],
  ]);
});

it('pages neither skip nor repeat although the log grows meanwhile; a forged cursor is refused', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  const first = await readLog(world.deps, { key: job, limit: 1 });
  await admitJob(world.deps, run(job), world.requestOf(job));
  const rest = await readLog(world.deps, { key: job, limit: 10, cursor: first.next_cursor ?? '' });
  expect([...first.entries, ...rest.entries].map(({ event }) => event)).toEqual([
    'created',
    'started',
    'admitted',
    'submitted',
  ]);
  expect(rest.next_cursor).toBeNull();
  for (const cursor of ['', 'log.', 'log.0', 'log.-1', 'jobs.1', 'log.1.2', 'log.9999999'])
    await expect(readLog(world.deps, { key: job, limit: 1, cursor })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
});
