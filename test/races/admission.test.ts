import { admitJob } from '../../core/use-cases/admit-job.ts';
import { abortJob } from '../../core/use-cases/change-job.ts';
import type { Job } from '../../core/jobs/job.ts';
import { makeWorld, run, tenant } from './world.ts';

type World = ReturnType<typeof makeWorld>;

async function enqueue(world: World, ...tenants: string[]): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const name of tenants) {
    const job = await world.create(tenant(name));
    await admitJob(world.deps, run(job), world.requestOf(job));
    jobs.push(job);
  }
  return jobs;
}

const started = (world: World): string[] => world.deps.warehouse.statements.map(({ name }) => name.split(':')[1] ?? '');

/** Ends the running statements one by one, waking the queue after each as the stream does, until none is left. */
async function drain(world: World): Promise<void> {
  for (let step = 0; step < 100 && world.tables.cluster.size > 0; step += 1) {
    const running = world.deps.warehouse.statements.find(({ report }) => report.state === 'SUBMITTED');
    if (!running) return;
    const job = [...world.tables.jobs.values()].find(({ job_id }) => running.token.startsWith(job_id));
    if (!job) throw new Error('no job');
    await world.deliver(world.endStatement(job, 'FINISHED'));
    await world.wake();
  }
}

it('a tenant at its limit waits, and none of its jobs fails', async () => {
  const world = makeWorld({ tenant: 2, cluster: 10 });
  await enqueue(world, 'a', 'a', 'a', 'a', 'a');
  expect(world.deps.warehouse.statements).toHaveLength(2);
  await drain(world);
  expect([...world.tables.jobs.values()].map((job) => job.state)).toEqual(Array(5).fill('JobComplete'));
});

it('jobs of a tenant start in the order in which they came', async () => {
  const world = makeWorld({ tenant: 1, cluster: 10 });
  const jobs = await enqueue(world, 'a', 'a', 'a', 'a');
  await drain(world);
  expect(world.deps.warehouse.statements.map(({ token }) => token)).toEqual(jobs.map((job) => `${job.job_id}.1`));
});

it('tenants take turns: one with many waiting jobs does not starve one with few', async () => {
  const world = makeWorld({ tenant: 5, cluster: 1 });
  await enqueue(world, 'a', 'a', 'a', 'a', 'b', 'c');
  await drain(world);
  expect(started(world)).toEqual(['a', 'b', 'c', 'a', 'a', 'a']);
});

it('a newcomer does not slip in before those that wait', async () => {
  const world = makeWorld({ tenant: 5, cluster: 1 });
  const [first] = await enqueue(world, 'a', 'a', 'a');
  if (!first) throw new Error('no job');
  await world.deliver(world.endStatement(first, 'FINISHED'));
  await enqueue(world, 'z');
  expect(started(world)).toEqual(['a']);
  await world.wake();
  expect(started(world)).toHaveLength(2);
  await drain(world);
  expect(started(world)).toHaveLength(4);
});

it('a tenant at its own limit does not hold up the others', async () => {
  const world = makeWorld({ tenant: 1, cluster: 3 });
  await enqueue(world, 'a', 'a', 'a', 'b');
  await world.wake();
  expect(started(world)).toEqual(['a', 'b']);
});

it('the queue comes to rest: when nobody waits, nobody is marked as waiting', async () => {
  const world = makeWorld({ tenant: 1, cluster: 1 });
  await enqueue(world, 'a', 'b', 'a');
  expect([...world.tables.waiting].sort()).toEqual(['a', 'b']);
  await drain(world);
  await world.wake();
  expect(world.tables.waiting.size).toBe(0);
  expect(world.tables.cluster.size).toBe(0);
});

it('a waiting job that is cancelled is stepped over', async () => {
  const world = makeWorld({ tenant: 1, cluster: 1 });
  const [, second, third] = await enqueue(world, 'a', 'a', 'a');
  if (!second || !third) throw new Error('no job');
  await abortJob(world.deps, second, 'key');
  await drain(world);
  expect(world.job(second).state).toBe('Aborted');
  expect(world.job(third).state).toBe('JobComplete');
});
