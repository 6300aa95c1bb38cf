import type { Job, JobKey } from '../../core/jobs/job.ts';
import { snapshotOf } from '../../core/jobs/snapshot.ts';
import { transition } from '../../core/jobs/transition.ts';
import { type Stores, onEachBackend } from './backends/stores.ts';
import { changeOf, failure, jobId, later, requestOf, retention, tenant, waitingJob } from './samples.ts';

const limits = { tenant: 3, cluster: 100 };
const keyOf = (of: string, n: number): JobKey => ({ tenant_id: tenant(of), job_id: jobId(n) });
const names = (jobs: JobKey[]) => jobs.map(({ tenant_id, job_id }) => `${tenant_id}/${job_id}`);
const name = (of: string, n: number) => `${of}/${jobId(n)}`;

const admit = ({ admission }: Stores, job: Job, mode: 'fresh' | 'turn' = 'fresh') =>
  admission.admit(changeOf(job, { type: 'admit' }), limits, mode);

async function latest({ jobs }: Stores, key: JobKey): Promise<Job> {
  const job = await jobs.getLatest(key);
  if (!job) throw new Error('The job is gone');
  return job;
}

const error = { ...failure, category: 'transient' as const, retryable: true };

/** Runs a waiting job until it fails and is to run again, half a minute and `seconds` after noon. */
async function pause(stores: Stores, of: string, n: number, seconds: number): Promise<Job> {
  const queued = waitingJob(keyOf(of, n));
  await stores.jobs.create(queued, requestOf(queued));
  await admit(stores, queued);
  const running = await latest(stores, queued);
  const context = { now: later(seconds), retention, by: 'tester', again: { attempts: 3, jitter: 0.999_999 } };
  const decision = transition(snapshotOf(running), { type: 'failed', error }, context);
  if (decision.kind !== 'change') throw new Error('It does not run again');
  expect(await stores.jobs.write(decision.change)).toEqual({ outcome: 'written' });
  return latest(stores, queued);
}

onEachBackend((newStores) => {
  it('jobs that pause before another run hold no place, keep the run that failed, and are not among the waiting', async () => {
    const stores = await newStores();
    const job = await pause(stores, 'acme', 1, 0);
    expect(job).toMatchObject({ state: 'UploadComplete', attempt: 2, tries: 2, last_error: error });
    expect(await stores.jobs.listRuns(job)).toMatchObject([{ attempt: 1, state: 'Failed', error }]);
    expect(await stores.admission.places()).toMatchObject({ cluster: [], tenants: [] });
    expect(await stores.admission.waiting(10)).toEqual([]);
    expect(await stores.admission.nextWaiting(undefined)).toBeUndefined();
  });

  it('they are due at their time and not before, the longest due first, of all tenants', async () => {
    const stores = await newStores();
    await pause(stores, 'a', 1, 20);
    await pause(stores, 'b', 2, 10);
    const due = async (seconds: number) => names(await stores.admission.due(later(seconds), 10));
    expect(await due(39)).toEqual([]);
    expect(await due(40)).toEqual([name('b', 2)]);
    expect(await due(50)).toEqual([name('b', 2), name('a', 1)]);
    expect(names(await stores.admission.due(later(60), 1))).toEqual([name('b', 2)]);
  });

  it('they can not be admitted, whoever asks, until they are queued again; and then once', async () => {
    const stores = await newStores();
    const job = await pause(stores, 'acme', 1, 0);
    expect(await admit(stores, job)).toEqual({ outcome: 'stale', job });
    expect(await admit(stores, job, 'turn')).toEqual({ outcome: 'stale', job });
    const requeue = changeOf(job, { type: 'due' });
    expect(await stores.jobs.write(requeue)).toEqual({ outcome: 'written' });
    const queued = await latest(stores, job);
    expect(await stores.jobs.write(requeue)).toEqual({ outcome: 'stale', job: queued });
    expect(await stores.admission.due(later(100), 10)).toEqual([]);
    expect(names(await stores.admission.waiting(10))).toEqual([name('acme', 1)]);
    expect(await admit(stores, queued)).toEqual({ outcome: 'written' });
  });
});
