import { abortJob } from '../../core/use-cases/change-job.ts';
import { admitJob } from '../../core/use-cases/admit-job.ts';
import { retryJob } from '../../core/use-cases/retry-job.ts';
import { sweep } from '../../core/use-cases/sweep.ts';
import { makeWorld, run, tenant } from './world.ts';

const acme = tenant('acme');

it('of two cancellations at once each is told that the job is cancelled, not how it was before', async () => {
  const world = makeWorld();
  const open = await world.create(acme, { start: false });
  const both = await Promise.all([abortJob(world.deps, open, 'key'), abortJob(world.deps, open, 'key')]);
  expect(both.map(({ state }) => state)).toEqual(['Aborted', 'Aborted']);
  const running = await world.create(acme);
  await admitJob(world.deps, run(running), world.requestOf(running));
  const again = await Promise.all([abortJob(world.deps, running, 'key'), abortJob(world.deps, running, 'key')]);
  expect(again).toMatchObject([{ desired_state: 'Aborted' }, { desired_state: 'Aborted' }]);
});

it('a cancellation that meets a retry cancels the run that it finds, instead of saying so only', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  await admitJob(world.deps, run(job), world.requestOf(job));
  const { write } = world.deps.jobs;
  world.deps.jobs.write = async (change) => {
    world.deps.jobs.write = write;
    await world.deliver(world.endStatement(job, 'FAILED', 0, 'ERROR: disk full'));
    await retryJob(world.deps, job);
    return write.call(world.deps.jobs, change);
  };
  expect(await abortJob(world.deps, job, 'key')).toMatchObject({ state: 'Aborted', attempt: 2 });
});

it('a cancellation of a run that is being stopped for its time is kept: it ends cancelled, not failed', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  await admitJob(world.deps, run(job), world.requestOf(job));
  world.wait(24 * 3600 + 1);
  await sweep(world.deps);
  expect(world.job(job)).toMatchObject({ desired_state: 'Failed' });
  expect(await abortJob(world.deps, job, 'key', 'enough')).toMatchObject({ desired_state: 'Aborted' });
  await world.deliver(world.endStatement(job, 'ABORTED'));
  expect(world.job(job)).toMatchObject({ state: 'Aborted', cancelled_by: 'key', reason: 'enough' });
});
