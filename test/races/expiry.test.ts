import { abortJob, deleteJob, startJob } from '../../core/use-cases/change-job.ts';
import { admitJob } from '../../core/use-cases/admit-job.ts';
import { awaitJob } from '../../core/use-cases/await-job.ts';
import { cleanUpJob } from '../../core/use-cases/clean-up-job.ts';
import { findJob } from '../../core/use-cases/find-job.ts';
import { listJobs } from '../../core/use-cases/read-jobs.ts';
import { readLog } from '../../core/use-cases/read-log.ts';
import { readFile, readResults } from '../../core/use-cases/read-results.ts';
import { listRuns, retryJob } from '../../core/use-cases/retry-job.ts';
import type { JobKey } from '../../core/jobs/job.ts';
import { makeWorld, run, tenant } from './world.ts';

const acme = tenant('acme');
const days = (count: number) => count * 86_400;
const presigner = { download: (key: string) => Promise.resolve({ url: key, expires_at: '2026-11-22T11:00:00.000Z' }) };

async function complete(world = makeWorld()) {
  const job = await world.create(acme);
  await admitJob(world.deps, run(job), world.requestOf(job));
  await world.deliver(world.endStatement(job, 'FINISHED'));
  return { world, job, key: { tenant_id: acme, job_id: job.job_id } };
}

/** What DynamoDB does some time after a job's ttl, and then the stream. */
async function expire(world: ReturnType<typeof makeWorld>, key: JobKey): Promise<void> {
  const job = world.job(key);
  world.tables.jobs.delete(`${key.tenant_id}/${key.job_id}`);
  await cleanUpJob(world.deps, job, 'expired');
}

/** Every way to ask about one job, or to change it. */
const ways = (world: ReturnType<typeof makeWorld>, key: JobKey): Record<string, () => Promise<unknown>> => ({
  read: () => findJob(world.deps, key),
  wait: () => awaitJob({ ...world.deps, pause: () => Promise.resolve() }, { key, seconds: 0, known: () => false }),
  start: () => startJob(world.deps, key),
  abort: () => abortJob(world.deps, key, 'key'),
  retry: () => retryJob(world.deps, key),
  delete: () => deleteJob(world.deps, key),
  runs: () => listRuns(world.deps, key),
  logs: () => readLog(world.deps, { key, limit: 1 }),
  results: () => readResults({ ...world.deps, presigner }, { key, limit: 1, after: 0, base: '' }),
  file: () => readFile({ ...world.deps, presigner }, key, 1),
});

async function codes(world: ReturnType<typeof makeWorld>, key: JobKey) {
  const answers = Object.entries(ways(world, key)).map(async ([way, ask]) => {
    const error = await ask().catch((cause: unknown) => cause);
    const { code, facts } = error as { code?: string; facts?: { expired_at?: string } };
    return [way, `${code ?? 'answered'} ${facts?.expired_at ?? ''}`.trim()] as const;
  });
  return [...new Set((await Promise.all(answers)).map(([, answer]) => answer))];
}

it('a job past its time is gone however it is asked for, before DynamoDB deletes it, after that, and for a month', async () => {
  const { world, key } = await complete();
  const job = world.job(key);
  const expired = `JOB_EXPIRED ${'ttl' in job ? new Date(job.ttl * 1000).toISOString() : ''}`;
  world.wait(days(7) + 1);
  expect(await codes(world, key)).toEqual([expired]);
  await expire(world, key);
  expect(await codes(world, key)).toEqual([expired]);
  world.wait(days(30));
  expect(await codes(world, key)).toEqual(['JOB_NOT_FOUND']);
});

it('to another tenant it is what never was, at any time', async () => {
  const { world, key } = await complete();
  const stranger = { ...key, tenant_id: tenant('stranger') };
  world.wait(days(8));
  expect(await codes(world, stranger)).toEqual(['JOB_NOT_FOUND']);
  await expire(world, key);
  expect(await codes(world, stranger)).toEqual(['JOB_NOT_FOUND']);
  const error: unknown = await findJob(world.deps, stranger).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ message: `There is no job ${key.job_id}.`, facts: {} });
});

it('a job that was deleted is not there, and leaves nothing', async () => {
  const { world, key } = await complete();
  const job = world.job(key);
  await deleteJob(world.deps, key);
  expect(await codes(world, key)).toEqual(['JOB_NOT_FOUND']);
  await cleanUpJob(world.deps, job, 'deleted');
  expect(await codes(world, key)).toEqual(['JOB_NOT_FOUND']);
  expect(world.tables.tombstones.size).toBe(0);
});

it('the news that it was deleted may come twice: the tombstone stays as it was', async () => {
  const { world, key } = await complete();
  const job = world.job(key);
  world.wait(days(9));
  await expire(world, key);
  const [stone] = world.tables.tombstones.values();
  world.wait(days(1));
  await cleanUpJob(world.deps, job, 'expired');
  expect([...world.tables.tombstones.values()]).toEqual([stone]);
  expect(world.tables.requests.size).toBe(0);
});

it('an expired job is not in the list, and can not be revived by a retry', async () => {
  const world = makeWorld();
  const old = await world.create(acme);
  await abortJob(world.deps, old, 'key');
  world.wait(days(7) + 1);
  const young = await world.create(acme);
  const { jobs } = await listJobs(world.deps, { tenant_id: acme, limit: 10 });
  expect(jobs.map((job) => job.job_id)).toEqual([young.job_id]);
  await expect(retryJob(world.deps, old)).rejects.toMatchObject({ code: 'JOB_EXPIRED' });
  expect(world.job(old).state).toBe('Aborted');
});

it('a job that waits or runs does not expire, however long it takes', async () => {
  const world = makeWorld();
  const job = await world.create(acme);
  world.wait(days(100));
  expect((await findJob(world.deps, job)).state).toBe('UploadComplete');
});
