import { abortJob } from '../../core/use-cases/change-job.ts';
import { admitJob } from '../../core/use-cases/admit-job.ts';
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
