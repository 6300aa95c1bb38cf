import { admitJob } from '../../core/use-cases/admit-job.ts';
import { readProgress } from '../../core/use-cases/read-progress.ts';
import { runPrefix } from '../../core/results/location.ts';
import type { TenantId } from '../../contract/ids.ts';
import { makeWorld, run, tenant } from './world.ts';

const acme = tenant('acme');
type World = ReturnType<typeof makeWorld>;

async function begin(world: World, of: TenantId = acme, body: object = {}) {
  const job = await world.create(of, body);
  await admitJob(world.deps, run(job), world.requestOf(job));
  return job;
}

/** A run of the query that took 100 seconds and wrote 30 bytes. */
async function earlier(world: World, of: TenantId = acme, body: object = {}) {
  const job = await begin(world, of, body);
  world.wait(100);
  await world.deliver(world.endStatement(job, 'FINISHED'));
  world.wait(1);
  return job;
}

it('a query that was never complete before has no percentage', async () => {
  const world = makeWorld();
  const job = await begin(world);
  world.wait(50);
  expect(await readProgress(world.deps, world.job(job))).not.toHaveProperty('percentage');
});

it('a run is measured by the last complete one of the same query in the same format, of the same tenant', async () => {
  const world = makeWorld();
  await earlier(world);
  const same = await begin(world);
  const others = [
    await begin(world, acme, { query: 'SELECT b FROM t' }),
    await begin(world, acme, { compression: 'GZIP' }),
    await begin(world, tenant('stranger')),
  ];
  world.wait(50);
  expect(await readProgress(world.deps, world.job(same))).toMatchObject({ percentage: 50, total: 30 });
  for (const other of others) expect(await readProgress(world.deps, world.job(other))).not.toHaveProperty('percentage');
});

it('the files of the run count, its manifest does not, and those of another run neither', async () => {
  const world = makeWorld();
  await earlier(world);
  const job = await begin(world);
  world.deps.results.put(`${runPrefix(job)}0000_part_00.csv`, 'x'.repeat(24));
  world.deps.results.put(`${runPrefix({ ...job, attempt: 2 })}0000_part_00.csv`, 'x'.repeat(99));
  expect(await readProgress(world.deps, world.job(job))).toMatchObject({
    phase: 'exporting',
    files: 1,
    bytes: 24,
    percentage: 80,
  });
});

it('a twin that completes meanwhile does not become the measure: the percentage goes away rather than back', async () => {
  const world = makeWorld();
  await earlier(world);
  const [job, twin] = [await begin(world), await begin(world)];
  world.wait(60);
  expect((await readProgress(world.deps, world.job(job))).percentage).toBe(60);
  await world.deliver(world.endStatement(twin, 'FINISHED'));
  world.wait(1);
  expect(await readProgress(world.deps, world.job(job))).not.toHaveProperty('percentage');
});

it('a run that failed or was redelivered leaves no measure, and one whose job is gone is none', async () => {
  const world = makeWorld();
  const failed = await begin(world);
  await world.deliver(world.endStatement(failed, 'FAILED', 0, 'syntax error'));
  expect(world.tables.estimates.size).toBe(0);
  const done = await earlier(world);
  world.tables.jobs.delete(`acme/${done.job_id}`);
  const job = await begin(world);
  world.wait(50);
  expect(await readProgress(world.deps, world.job(job))).not.toHaveProperty('percentage');
});

it('an ended job says all by its record', async () => {
  const world = makeWorld();
  const job = await earlier(world);
  world.deps.results.glimpse = () => Promise.reject(new Error('nobody should look'));
  expect(await readProgress(world.deps, world.job(job))).toMatchObject({ percentage: 100, phase: null });
});
