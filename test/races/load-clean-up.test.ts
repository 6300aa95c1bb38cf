import { admitJob } from '../../core/use-cases/admit-job.ts';
import { abortJob, deleteJob } from '../../core/use-cases/change-job.ts';
import { cleanUpJob, cleanUpUploads } from '../../core/use-cases/clean-up-job.ts';
import { dropMarker } from '../../core/use-cases/drop-marker.ts';
import { retryJob } from '../../core/use-cases/retry-job.ts';
import { runPrefix } from '../../core/results/location.ts';
import { makeLoadWorld } from './load-world.ts';
import { run, tenant } from './world.ts';

const acme = tenant('acme');
const lost = 'ERROR: server closed the connection unexpectedly';

/** A load that was committed, but is taken for failed. */
async function committedUnheard() {
  const world = makeLoadWorld();
  const job = await world.running(acme);
  world.commit(job);
  await world.deliver(world.fail(job, lost));
  return { world, job: world.job(job) };
}

it.each(['expired', 'deleted'] as const)(
  'a load that is %s leaves no upload, no result, no request and no marker behind, however often it is cleaned up',
  async (why) => {
    const { world, job } = await committedUnheard();
    const other = await world.running(acme);
    const kept = (await world.keys()).filter((key) => key.includes(other.job_id));
    await deleteJob(world.deps, job);
    for (const _time of [1, 2]) await cleanUpJob(world.deps, job, why);
    world.dropMarkers();
    expect(await world.keys()).toEqual(kept);
    expect([...world.tables.requests.keys()]).toEqual([`acme/${other.job_id}`]);
    expect(world.markers.size).toBe(0);
    expect(world.tables.tombstones.size).toBe(why === 'expired' ? 1 : 0);
  },
);

it('a complete load drops its marker once, though its record comes twice, and keeps its files', async () => {
  const world = makeLoadWorld();
  const job = await world.running(acme);
  await world.deliver(world.commit(job));
  const files = await world.keys();
  for (const _time of [1, 2]) await dropMarker(world.deps, world.job(job));
  world.dropMarkers();
  expect(world.markers.size).toBe(0);
  expect(world.deps.warehouse.statements.filter(({ sql }) => sql.startsWith('DROP'))).toHaveLength(1);
  expect(await world.keys()).toEqual(files);
});

it('a marker is dropped as the user who made it, and no request is read for it', async () => {
  const world = makeLoadWorld();
  const job = await world.running(acme, {}, 'acme_loader');
  await world.deliver(world.commit(job));
  world.deps.jobs.getRequest = () => Promise.reject(new Error('Nothing needs to be read'));
  await dropMarker(world.deps, world.job(job));
  expect(world.deps.warehouse.statements.map(({ user }) => user)).toEqual(['acme_loader', 'acme_loader']);
});

it("the end of the statement that drops a marker is nobody's news", async () => {
  const world = makeLoadWorld();
  const job = await world.running(acme);
  await world.deliver(world.commit(job));
  await dropMarker(world.deps, world.job(job));
  const [, drop] = world.deps.warehouse.statements;
  if (!drop) throw new Error('no statement');
  expect(() => world.deliver(drop)).toThrow('not ours');
});

it('a run that ended without a commit leaves the marker and its files alone: they tell whether it was one', async () => {
  const { world, job } = await committedUnheard();
  expect(world.markers.size).toBe(1);
  expect((await world.keys()).filter((key) => key.startsWith(runPrefix(job)))).not.toEqual([]);
  const again = await retryJob(world.deps, job);
  await admitJob(world.deps, run(again));
  await world.deliver(world.commit(again));
  expect(world.job(job)).toMatchObject({ state: 'JobComplete', result_attempt: 1 });
});

it('a warehouse that takes nothing makes the clean-up come again, and nothing is forgotten meanwhile', async () => {
  const { world, job } = await committedUnheard();
  await deleteJob(world.deps, job);
  world.deps.warehouse.answerNext({ outcome: 'later', cause: 'full' });
  await expect(cleanUpJob(world.deps, job, 'deleted')).rejects.toThrow("can't be dropped for now: full");
  expect(world.tables.requests.size).toBe(1);
  await cleanUpJob(world.deps, job, 'deleted');
  world.dropMarkers();
  expect([world.markers.size, world.tables.requests.size]).toEqual([0, 0]);
});

it('a marker that may not be dropped holds up nothing else', async () => {
  const { world, job } = await committedUnheard();
  await deleteJob(world.deps, job);
  world.deps.warehouse.answerNext({ outcome: 'refused', message: 'permission denied' });
  await cleanUpJob(world.deps, job, 'deleted');
  expect([world.markers.size, world.tables.requests.size]).toEqual([1, 0]);
});

it('what was uploaded to a load that was cancelled before it was closed goes, without a word to the warehouse', async () => {
  const world = makeLoadWorld();
  const job = await world.create(acme);
  await world.upload(job);
  await abortJob(world.deps, job, 'key');
  await cleanUpUploads(world.deps, job);
  expect(await world.keys()).toEqual([]);
  const ended = world.job(job);
  await deleteJob(world.deps, job);
  await cleanUpJob(world.deps, ended, 'deleted');
  expect(world.deps.warehouse.statements).toEqual([]);
});
