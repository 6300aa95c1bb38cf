import type { Job, JobKey } from '../../core/jobs/job.ts';
import type { JobStore } from '../../core/ports.ts';
import { onEachBackend } from './backends/stores.ts';
import {
  changeOf,
  exported,
  failure,
  idempotencyOf,
  jobId,
  later,
  noon,
  openJob,
  requestOf,
  retention,
  statement,
  tenant,
  waitingJob,
} from './samples.ts';

const acme = { tenant_id: tenant('acme'), job_id: jobId(1) };
const generous = { tenant: 100, cluster: 100 };

async function put(jobs: JobStore, job: Job): Promise<Job> {
  await jobs.create(job, requestOf(job));
  return job;
}

async function latest(jobs: JobStore, key: JobKey): Promise<Job> {
  const job = await jobs.getLatest(key);
  if (!job) throw new Error('The job is gone');
  return job;
}

async function listAll(jobs: JobStore, of: string, limit: number, state?: Job['state']): Promise<string[]> {
  const seen: string[] = [];
  let after: JobKey | undefined;
  for (let pages = 0; pages < 100; pages++) {
    const page = await jobs.list(tenant(of), { limit, ...(after && { after }), filter: { state } });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    seen.push(...page.items.map((job) => job.job_id));
    after = page.after;
    if (!after) return seen;
  }
  throw new Error('The list does not end');
}

onEachBackend((stores) => {
  describe('create', () => {
    it('gives back the job and its request as they were stored', async () => {
      const { jobs } = await stores();
      const job: Job = { ...openJob(acme), object: 'flights', partition_by: ['origin', 'year'], null_as: '\\N' };
      const request = requestOf(job, `SELECT 'ü', '\\' FROM "x"`);
      expect(await jobs.create(job, request)).toEqual({ outcome: 'created' });
      expect(await jobs.getLatest(acme)).toEqual(job);
      expect(await jobs.get(acme)).toEqual(job);
      expect(await jobs.getRequest(acme)).toEqual(request);
    });

    it('knows nothing of a job of another tenant, though the id is the same', async () => {
      const { jobs } = await stores();
      await put(jobs, openJob(acme));
      const stranger = { ...acme, tenant_id: tenant('acme-2') };
      expect(await jobs.getLatest(stranger)).toBeUndefined();
      expect(await jobs.getRequest(stranger)).toBeUndefined();
    });

    it('never replaces a job', async () => {
      const { jobs } = await stores();
      const job = await put(jobs, openJob(acme));
      await expect(put(jobs, waitingJob(acme))).rejects.toThrow(Error);
      expect(await jobs.getLatest(acme)).toEqual(job);
    });

    it('makes one job of doubles that come at once with one Idempotency-Key, and tells the others which', async () => {
      const { jobs } = await stores();
      const doubles = Array.from({ length: 10 }, (_, n) => openJob({ ...acme, job_id: jobId(n) }));
      const outcomes = await Promise.all(
        doubles.map((job) => jobs.create(job, requestOf(job), { idempotency: idempotencyOf(job, 'same-key') })),
      );
      const stored = await listAll(jobs, 'acme', 100);
      expect(stored).toHaveLength(1);
      expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
      const earlier = outcomes.flatMap((each) => (each.outcome === 'key_used' ? [each.earlier] : []));
      expect(earlier).toHaveLength(9);
      expect(new Set(earlier.map((each) => (each.phase === 'created' ? each.job.job_id : each.phase)))).toEqual(
        new Set(stored),
      );
      expect(earlier[0]).toMatchObject({ type: 'idempotency', request_hash: 'r'.repeat(64) });
    });

    it('keeps nothing of a job whose Idempotency-Key was used', async () => {
      const { jobs } = await stores();
      const first = openJob(acme);
      const second = openJob({ ...acme, job_id: jobId(2) });
      await jobs.create(first, requestOf(first), { idempotency: idempotencyOf(first, 'k') });
      await jobs.create(second, requestOf(second), { idempotency: idempotencyOf(second, 'k') });
      expect(await jobs.getLatest(second)).toBeUndefined();
      expect(await jobs.getRequest(second)).toBeUndefined();
    });

    it('lets two tenants use the same Idempotency-Key', async () => {
      const { jobs } = await stores();
      const other = openJob({ tenant_id: tenant('other'), job_id: jobId(2) });
      const mine = openJob(acme);
      await jobs.create(mine, requestOf(mine), { idempotency: idempotencyOf(mine, 'k') });
      expect(await jobs.create(other, requestOf(other), { idempotency: idempotencyOf(other, 'k') })).toEqual({
        outcome: 'created',
      });
    });

    it('lets an Idempotency-Key be used again once its time has passed, though its record is still there', async () => {
      const { jobs, clock } = await stores();
      const first = openJob(acme);
      const second = openJob({ ...acme, job_id: jobId(2) });
      await jobs.create(first, requestOf(first), { idempotency: idempotencyOf(first, 'k', later(10)) });
      clock.set(later(9));
      expect(await jobs.create(second, requestOf(second), { idempotency: idempotencyOf(second, 'k') })).toMatchObject({
        outcome: 'key_used',
        earlier: { job: first },
      });
      clock.set(later(10));
      expect(await jobs.create(second, requestOf(second), { idempotency: idempotencyOf(second, 'k') })).toEqual({
        outcome: 'created',
      });
    });
  });

  describe('write', () => {
    it('starts an open job, which from then on does not expire', async () => {
      const { jobs } = await stores();
      const job = await put(jobs, openJob(acme));
      expect(await jobs.write(changeOf(job, { type: 'start' }))).toEqual({ outcome: 'written' });
      const started = { at: later(60).getTime(), event: 'started', by: 'tester' };
      expect(await jobs.getLatest(acme)).toEqual({
        ...waitingJob(acme),
        ...queuedAt(60),
        log: [...job.log, started],
      });
    });

    it('changes nothing when the state is another, and shows the job as it is', async () => {
      const { jobs } = await stores();
      const job = await put(jobs, openJob(acme));
      await jobs.write(changeOf(job, { type: 'start' }));
      const started = await latest(jobs, acme);
      const cancel = changeOf(job, { type: 'stop', to: 'Aborted', by: 'key' });
      expect(await jobs.write(cancel)).toEqual({ outcome: 'stale', job: started });
      expect(await jobs.getLatest(acme)).toEqual(started);
    });

    it('changes nothing when the attempt is another', async () => {
      const { jobs } = await stores();
      const job = await put(jobs, openJob(acme));
      const superseded = changeOf({ ...job, attempt: 2 }, { type: 'start' });
      expect(await jobs.write(superseded)).toEqual({ outcome: 'stale', job });
    });

    it('says of a job that is gone that it is', async () => {
      const { jobs } = await stores();
      expect(await jobs.write(changeOf(openJob(acme), { type: 'start' }))).toEqual({
        outcome: 'stale',
        job: undefined,
      });
      expect(await jobs.getLatest(acme)).toBeUndefined();
    });

    it('lets exactly one of many that start a job at once do it', async () => {
      const { jobs } = await stores();
      const job = await put(jobs, openJob(acme));
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, n) => jobs.write(changeOf(job, { type: 'start' }, later(n)))),
      );
      expect(outcomes.filter(({ outcome }) => outcome === 'written')).toHaveLength(1);
    });

    it('does not finish a job as exported that was cancelled meanwhile', async () => {
      const { jobs, admission } = await stores();
      const waiting = await put(jobs, waitingJob(acme));
      await admission.admit(changeOf(waiting, { type: 'admit' }), generous, 'fresh');
      const running = await latest(jobs, acme);
      const finish = changeOf(running, exported);
      await jobs.write(changeOf(running, { type: 'stop', to: 'Aborted', by: 'key', reason: 'too slow' }));
      const cancelled = await latest(jobs, acme);
      expect(await jobs.write(finish)).toEqual({ outcome: 'stale', job: cancelled });
      expect((await admission.places()).cluster).toEqual([acme]);
      expect(await jobs.write(changeOf(cancelled, exported, later(90)))).toEqual({ outcome: 'written' });
      const ended = await latest(jobs, acme);
      expect(ended).toMatchObject({ state: 'Aborted', reason: 'too slow', cancelled_by: 'key' });
      expect(ended).not.toHaveProperty('desired_state');
      expect((await admission.places()).cluster).toEqual([]);
    });

    it('records a statement once: a late report of a submission changes neither a running nor a finished job', async () => {
      const { jobs, admission } = await stores();
      const waiting = await put(jobs, waitingJob(acme));
      await admission.admit(changeOf(waiting, { type: 'admit' }), generous, 'fresh');
      const running = await latest(jobs, acme);
      const submitted = changeOf(running, { type: 'submitted', statement_id: statement });
      expect(await jobs.write(submitted)).toEqual({ outcome: 'written' });
      const recorded = await latest(jobs, acme);
      expect(await jobs.write(submitted)).toEqual({ outcome: 'stale', job: recorded });
      await jobs.write(changeOf(recorded, { type: 'failed', error: failure }));
      const ended = await latest(jobs, acme);
      expect(await jobs.write(submitted)).toEqual({ outcome: 'stale', job: ended });
      expect(await jobs.getLatest(acme)).toEqual(ended);
      expect(ended).toMatchObject({ state: 'Failed', error: failure, statement_id: statement });
    });

    it('refuses a change that takes a place: only an admission counts them', async () => {
      const { jobs } = await stores();
      const job = await put(jobs, waitingJob(acme));
      await expect(jobs.write(changeOf(job, { type: 'admit' }))).rejects.toThrow('admit');
      expect(await jobs.getLatest(acme)).toEqual(job);
    });
  });

  describe('remove', () => {
    it('deletes a finished job and leaves the request to whoever cleans up', async () => {
      const { jobs } = await stores();
      const job = await put(jobs, openJob(acme));
      await jobs.write(changeOf(job, { type: 'stop', to: 'Aborted', by: 'key' }));
      expect(await jobs.remove(acme, 1)).toEqual({ outcome: 'written' });
      expect(await jobs.getLatest(acme)).toBeUndefined();
      expect(await jobs.getRequest(acme)).toBeDefined();
      await jobs.removeRequest(acme);
      await jobs.removeRequest(acme);
      expect(await jobs.getRequest(acme)).toBeUndefined();
    });

    it.each([openJob(acme), waitingJob(acme)])('keeps a job that has not ended', async (sample) => {
      const { jobs } = await stores();
      const job = await put(jobs, sample);
      expect(await jobs.remove(acme, 1)).toEqual({ outcome: 'stale', job });
      expect(await jobs.getLatest(acme)).toEqual(job);
    });

    it('keeps a job whose attempt is another, and says of one that is gone that it is', async () => {
      const { jobs } = await stores();
      const job = await put(jobs, openJob(acme));
      await jobs.write(changeOf(job, { type: 'stop', to: 'Aborted', by: 'key' }));
      const ended = await latest(jobs, acme);
      expect(await jobs.remove(acme, 2)).toEqual({ outcome: 'stale', job: ended });
      expect(await jobs.remove({ ...acme, job_id: jobId(9) }, 1)).toEqual({ outcome: 'stale', job: undefined });
    });
  });

  describe('list', () => {
    const many = (jobs: JobStore, of: string, numbers: number[]) =>
      Promise.all(numbers.map((n) => put(jobs, openJob({ tenant_id: tenant(of), job_id: jobId(n) }))));

    it('shows a tenant its own jobs only, newest first, also where ids of tenants begin alike', async () => {
      const { jobs } = await stores();
      await many(jobs, 'a', [1, 4]);
      await many(jobs, 'a-b', [2]);
      await many(jobs, 'ab', [3]);
      expect(await listAll(jobs, 'a', 10)).toEqual([jobId(4), jobId(1)]);
      expect(await listAll(jobs, 'a-b', 10)).toEqual([jobId(2)]);
      expect(await listAll(jobs, 'b', 10)).toEqual([]);
    });

    it.each([1, 2, 3, 4, 100])('shows each job once in pages of %d', async (limit) => {
      const { jobs } = await stores();
      await many(jobs, 'acme', [1, 2, 3, 4]);
      expect(await listAll(jobs, 'acme', limit)).toEqual([4, 3, 2, 1].map(jobId));
    });

    it('neither repeats nor skips a job when others are created and removed between two pages', async () => {
      const { jobs } = await stores();
      await many(jobs, 'acme', [10, 20, 30, 40]);
      const first = await jobs.list(tenant('acme'), { limit: 2 });
      expect(first.after).toEqual({ ...acme, job_id: jobId(30) });
      await many(jobs, 'acme', [50]);
      await jobs.write(changeOf(openJob({ ...acme, job_id: jobId(30) }), { type: 'stop', to: 'Aborted', by: 'key' }));
      await jobs.remove({ ...acme, job_id: jobId(30) }, 1);
      const second = await jobs.list(tenant('acme'), { limit: 2, ...(first.after && { after: first.after }) });
      expect(second.items.map(({ job_id }) => job_id)).toEqual([jobId(20), jobId(10)]);
    });

    it('is not led out of the tenant by a cursor of another', async () => {
      const { jobs } = await stores();
      await many(jobs, 'acme', [1, 3]);
      await many(jobs, 'zeta', [2]);
      const after = { tenant_id: tenant('acme'), job_id: jobId(3) };
      const page = await jobs.list(tenant('acme'), { limit: 10, after });
      expect(page.items.map(({ job_id }) => job_id)).toEqual([jobId(1)]);
    });

    it('finds the jobs of one state however many of others lie between', async () => {
      const { jobs } = await stores();
      await many(
        jobs,
        'acme',
        Array.from({ length: 30 }, (_, n) => n),
      );
      for (const n of [3, 17, 29]) {
        await jobs.write(changeOf(openJob({ ...acme, job_id: jobId(n) }), { type: 'start' }));
      }
      expect(await listAll(jobs, 'acme', 1, 'UploadComplete')).toEqual([29, 17, 3].map(jobId));
      expect(await listAll(jobs, 'acme', 100, 'UploadComplete')).toEqual([29, 17, 3].map(jobId));
      expect(await listAll(jobs, 'acme', 100, 'Failed')).toEqual([]);
    });
  });
});

const queuedAt = (seconds: number) => ({
  queued_at: later(seconds).toISOString(),
  created_at: noon.toISOString(),
  updated_at: later(seconds).toISOString(),
});

it('keeps the samples within what the domain keeps', () => {
  const { ttl, expires_at } = openJob(acme);
  expect(ttl).toBe(Date.parse(expires_at) / 1000);
  expect(retention.jobDays * 86_400).toBe(ttl - noon.getTime() / 1000);
});
