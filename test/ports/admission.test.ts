import type { Job, JobKey } from '../../core/jobs/job.ts';
import type { AdmitOutcome, WaitingJob } from '../../core/ports.ts';
import { type Stores, onEachBackend } from './backends/stores.ts';
import {
  changeOf,
  exported,
  jobId,
  later,
  noon,
  openJob,
  requestOf,
  statement,
  tenant,
  waitingJob,
} from './samples.ts';

const limits = { tenant: 3, cluster: 100 };
const keyOf = (of: string, n: number): JobKey => ({ tenant_id: tenant(of), job_id: jobId(n) });

async function queue({ jobs }: Stores, of: string, n: number, queued = noon): Promise<Job> {
  const job = waitingJob(keyOf(of, n), queued);
  await jobs.create(job, requestOf(job));
  return job;
}

const admitted = (outcomes: AdmitOutcome[]) => outcomes.filter(({ outcome }) => outcome === 'written');
const admit = ({ admission }: Stores, job: Job, mode: 'fresh' | 'turn' = 'fresh', most = limits, at = later(60)) =>
  admission.admit(changeOf(job, { type: 'admit' }, at), most, mode);

async function latest({ jobs }: Stores, key: JobKey): Promise<Job> {
  const job = await jobs.getLatest(key);
  if (!job) throw new Error('The job is gone');
  return job;
}

const names = (jobs: JobKey[]) => jobs.map(({ tenant_id, job_id }) => `${tenant_id}/${job_id}`).sort();
const name = (of: string, n: number) => `${of}/${jobId(n)}`;

onEachBackend((newStores) => {
  describe('admit', () => {
    it('starts the job and takes its places', async () => {
      const stores = await newStores();
      const job = await queue(stores, 'acme', 1);
      expect(await admit(stores, job)).toEqual({ outcome: 'written' });
      expect(await latest(stores, job)).toMatchObject({ state: 'InProgress', started_at: later(60).toISOString() });
      expect(await stores.admission.places()).toEqual({
        cluster: [keyOf('acme', 1)],
        tenants: [keyOf('acme', 1)],
        waiting: [],
        last_tenant: tenant('acme'),
      });
    });

    it.each([
      ['tenant', { tenant: 3, cluster: 100 }],
      ['cluster', { tenant: 100, cluster: 3 }],
    ] as const)('lets in 3 of 20 that come at once where the limit of the %s is 3', async (scope, most) => {
      const stores = await newStores();
      const waiting = await Promise.all(Array.from({ length: 20 }, (_, n) => queue(stores, 'acme', n)));
      const outcomes = await Promise.all(waiting.map((job) => admit(stores, job, 'fresh', most)));
      expect(admitted(outcomes)).toHaveLength(3);
      expect(outcomes.filter(({ outcome }) => outcome !== 'written')).toEqual(
        Array.from({ length: 17 }, () => ({ outcome: 'full', scope })),
      );
      const places = await stores.admission.places();
      expect(places.cluster).toHaveLength(3);
      const running = await stores.admission.running(100);
      expect(names(running)).toEqual(names(places.cluster));
      expect(names(running)).toEqual(names(places.tenants));
    });

    it('counts each tenant by itself', async () => {
      const stores = await newStores();
      const most = { tenant: 1, cluster: 100 };
      const first = await Promise.all(['a', 'ab', 'a-b'].map((of, n) => queue(stores, of, n)));
      const outcomes = await Promise.all(first.map((job) => admit(stores, job, 'fresh', most)));
      expect(admitted(outcomes)).toHaveLength(3);
      const second = await queue(stores, 'a', 7);
      expect(await admit(stores, second, 'fresh', most)).toEqual({ outcome: 'full', scope: 'tenant' });
    });

    it('holds one place for a job that is admitted twice at once', async () => {
      const stores = await newStores();
      const job = await queue(stores, 'acme', 1);
      const outcomes = await Promise.all([admit(stores, job), admit(stores, job), admit(stores, job)]);
      expect(admitted(outcomes)).toHaveLength(1);
      const running = await latest(stores, job);
      expect(outcomes.filter(({ outcome }) => outcome === 'stale')).toEqual([
        { outcome: 'stale', job: running },
        { outcome: 'stale', job: running },
      ]);
      expect((await stores.admission.places()).cluster).toHaveLength(1);
      expect((await stores.admission.places()).tenants).toHaveLength(1);
    });

    it('lets in a job that holds its place already, though all places are taken', async () => {
      const stores = await newStores();
      const full = { tenant: 1, cluster: 1 };
      const job = await queue(stores, 'acme', 1);
      await admit(stores, job, 'fresh', full);
      const again = changeOf({ ...job, state: 'UploadComplete' }, { type: 'admit' });
      expect(await stores.admission.admit(again, full, 'turn')).toMatchObject({ outcome: 'stale' });
      const retaken = { ...again, expect: { ...again.expect, state: 'InProgress' as const } };
      expect(await stores.admission.admit(retaken, full, 'turn')).toEqual({ outcome: 'written' });
      expect((await stores.admission.places()).cluster).toHaveLength(1);
    });

    it('calls a job stale rather than its places full, and takes no place for it', async () => {
      const stores = await newStores();
      const full = { tenant: 1, cluster: 1 };
      await admit(stores, await queue(stores, 'acme', 1), 'fresh', full);
      const cancelled = await queue(stores, 'acme', 2);
      await stores.jobs.write(changeOf(cancelled, { type: 'stop', to: 'Aborted', by: 'key' }));
      const now = await latest(stores, cancelled);
      expect(await admit(stores, cancelled, 'turn', full)).toEqual({ outcome: 'stale', job: now });
      expect(await admit(stores, cancelled, 'turn')).toEqual({ outcome: 'stale', job: now });
      expect(names((await stores.admission.places()).cluster)).toEqual([name('acme', 1)]);
    });

    it('takes no place of the cluster when the tenant has none left', async () => {
      const stores = await newStores();
      const one = { tenant: 1, cluster: 100 };
      await admit(stores, await queue(stores, 'acme', 1), 'fresh', one);
      const second = await queue(stores, 'acme', 2);
      expect(await admit(stores, second, 'fresh', one)).toEqual({ outcome: 'full', scope: 'tenant' });
      expect((await stores.admission.places()).cluster).toHaveLength(1);
      expect(await latest(stores, second)).toEqual(second);
    });

    it('refuses a newcomer while anybody waits, and notes whose turn it was', async () => {
      const stores = await newStores();
      await stores.admission.markWaiting([tenant('zeta')], noon);
      const job = await queue(stores, 'acme', 1);
      expect(await admit(stores, job)).toEqual({ outcome: 'full', scope: 'turn' });
      expect(await admit(stores, job, 'turn')).toEqual({ outcome: 'written' });
      const places = await stores.admission.places();
      expect(places.last_tenant).toBe('acme');
      expect(places.waiting).toEqual(['zeta']);
    });

    it('says cluster, not turn, to whose turn it is', async () => {
      const stores = await newStores();
      const one = { tenant: 10, cluster: 1 };
      await admit(stores, await queue(stores, 'acme', 1), 'fresh', one);
      await stores.admission.markWaiting([tenant('zeta')], noon);
      const job = await queue(stores, 'zeta', 2);
      expect(await admit(stores, job, 'turn', one)).toEqual({ outcome: 'full', scope: 'cluster' });
      expect((await stores.admission.places()).last_tenant).toBe('acme');
    });

    it('refuses a change that takes no place', async () => {
      const stores = await newStores();
      const start = changeOf(openJob(keyOf('acme', 1)), { type: 'start' });
      await expect(stores.admission.admit(start, limits, 'fresh')).rejects.toThrow('place');
    });
  });

  describe('release', () => {
    it('comes with the end of a job, once: the next takes the place', async () => {
      const stores = await newStores();
      const one = { tenant: 1, cluster: 1 };
      const [first, second] = [await queue(stores, 'acme', 1), await queue(stores, 'acme', 2)];
      await admit(stores, first, 'fresh', one);
      const finish = changeOf(await latest(stores, first), exported);
      expect(await stores.jobs.write(finish)).toEqual({ outcome: 'written' });
      expect(await admit(stores, second, 'fresh', one)).toEqual({ outcome: 'written' });
      expect(await stores.jobs.write(finish)).toMatchObject({ outcome: 'stale', job: { state: 'JobComplete' } });
      expect(names((await stores.admission.places()).cluster)).toEqual([name('acme', 2)]);
    });

    it('does no harm when repeated, nor where there never was a place', async () => {
      const stores = await newStores();
      await stores.admission.release(keyOf('acme', 7));
      await admit(stores, await queue(stores, 'acme', 1));
      await admit(stores, await queue(stores, 'acme', 2));
      await stores.admission.release(keyOf('acme', 1));
      await stores.admission.release(keyOf('acme', 1));
      await stores.admission.release(keyOf('acm', 2));
      const places = await stores.admission.places();
      expect(names(places.cluster)).toEqual([name('acme', 2)]);
      expect(names(places.tenants)).toEqual([name('acme', 2)]);
    });
  });

  describe('waiting marks', () => {
    it('stay until they are taken off, however often they are set', async () => {
      const { admission } = await newStores();
      await admission.markWaiting([tenant('a'), tenant('b'), tenant('a')], noon);
      await admission.markWaiting([tenant('a')], later(1));
      expect((await admission.places()).waiting.sort()).toEqual(['a', 'b']);
      await admission.unmarkWaiting([tenant('a')]);
      expect((await admission.places()).waiting).toEqual(['b']);
      await admission.unmarkWaiting([tenant('b'), tenant('c')]);
      expect((await admission.places()).waiting).toEqual([]);
    });

    it('once gone let newcomers in again', async () => {
      const stores = await newStores();
      await stores.admission.markWaiting([tenant('a')], noon);
      await stores.admission.unmarkWaiting([tenant('a')]);
      expect(await admit(stores, await queue(stores, 'b', 1))).toEqual({ outcome: 'written' });
    });

    it('of nobody change nothing', async () => {
      const { admission } = await newStores();
      await admission.markWaiting([], noon);
      await admission.unmarkWaiting([]);
      expect(await admission.places()).toEqual({ cluster: [], tenants: [], waiting: [], last_tenant: undefined });
    });
  });

  describe('the waiting', () => {
    it('are served first in first out within a tenant, by when they were queued and not when created', async () => {
      const stores = await newStores();
      await queue(stores, 'acme', 1, later(30));
      await queue(stores, 'acme', 2, later(20));
      await queue(stores, 'acme', 3, later(20));
      const order = await stores.admission.waiting(10);
      expect(order.map(({ job_id }) => job_id)).toEqual([2, 3, 1].map(jobId));
      expect(await stores.admission.nextWaiting(undefined)).toEqual({
        ...keyOf('acme', 2),
        attempt: 1,
        queued_at: later(20).toISOString(),
      });
    });

    it('of one tenant never hide those of the next, nor of tenants whose ids begin alike', async () => {
      const stores = await newStores();
      const { admission } = stores;
      for (const [n, of] of ['ab', 'a', 'a-b', 'a0', 'b'].entries()) {
        await queue(stores, of, 10 + n, later(100 - n));
        await queue(stores, of, 20 + n, later(200));
      }
      const turns: string[] = [];
      let after: { tenant_id: WaitingJob['tenant_id'] } | undefined;
      for (let turn = 0; turn < 6; turn++) {
        const next = await admission.nextWaiting(after);
        turns.push(next?.tenant_id ?? 'nobody');
        after = next && { tenant_id: next.tenant_id };
      }
      expect(turns).toEqual(['a', 'a-b', 'a0', 'ab', 'b', 'nobody']);
    });

    it('are stepped over one by one when the index names a job that waits no more', async () => {
      const stores = await newStores();
      await queue(stores, 'a', 1);
      await queue(stores, 'a', 2);
      await queue(stores, 'b', 3);
      const steps: (WaitingJob | undefined)[] = [await stores.admission.nextWaiting(undefined)];
      for (let step = 0; step < 3; step++) steps.push(await stores.admission.nextWaiting(steps.at(-1)));
      expect(steps.map((job) => job?.job_id)).toEqual([jobId(1), jobId(2), jobId(3), undefined]);
    });

    it('can be served by a tenant that no longer waits as the last', async () => {
      const stores = await newStores();
      await queue(stores, 'c', 1);
      expect(await stores.admission.nextWaiting({ tenant_id: tenant('b') })).toMatchObject(keyOf('c', 1));
      expect(await stores.admission.nextWaiting({ tenant_id: tenant('c') })).toBeUndefined();
    });

    it('are those in UploadComplete alone: neither open, running nor finished jobs', async () => {
      const stores = await newStores();
      const { jobs, admission } = stores;
      const open = openJob(keyOf('acme', 1));
      await jobs.create(open, requestOf(open));
      const running = await queue(stores, 'acme', 2);
      await admit(stores, running);
      const cancelled = await queue(stores, 'acme', 3);
      await jobs.write(changeOf(cancelled, { type: 'stop', to: 'Aborted', by: 'key' }));
      expect(await admission.waiting(10)).toEqual([]);
      await jobs.write(changeOf(open, { type: 'start' }));
      expect(names(await admission.waiting(10))).toEqual([name('acme', 1)]);
    });

    it('come in pages without gap or repetition', async () => {
      const stores = await newStores();
      for (let n = 0; n < 7; n++) await queue(stores, n % 2 ? 'a' : 'b', n);
      const seen: WaitingJob[] = [];
      for (let pages = 0; pages < 4; pages++) seen.push(...(await stores.admission.waiting(2, seen.at(-1))));
      expect(seen.map(({ job_id }) => job_id)).toEqual([1, 3, 5, 0, 2, 4, 6].map(jobId));
    });
  });

  describe('the running', () => {
    it('are listed longest running first, with what a sweep needs, until they end', async () => {
      const stores = await newStores();
      const { jobs, admission } = stores;
      const [first, second] = [await queue(stores, 'zeta', 1), await queue(stores, 'acme', 2)];
      await admit(stores, first, 'fresh', limits, later(10));
      await admit(stores, second, 'fresh', limits, later(20));
      const started = await latest(stores, first);
      await jobs.write(changeOf(started, { type: 'submitted', statement_id: statement }, later(30)));
      await jobs.write(changeOf(await latest(stores, second), { type: 'stop', to: 'Failed', by: 'sweep' }, later(40)));
      const [longest, next] = await admission.running(10);
      expect(longest).toEqual({
        ...keyOf('zeta', 1),
        attempt: 1,
        operation: 'query',
        content_type: 'CSV',
        started_at: later(10).toISOString(),
        updated_at: later(30).toISOString(),
        statement_id: statement,
      });
      expect(next).toMatchObject({ ...keyOf('acme', 2), desired_state: 'Failed' });
      expect(await admission.running(1, longest)).toEqual([next]);
      await jobs.write(changeOf(await latest(stores, first), exported));
      expect(names(await admission.running(10))).toEqual([name('acme', 2)]);
    });
  });
});
