import type { TenantId } from '../../contract/ids.ts';
import type { Job, JobIn, JobKey, Run } from '../../core/jobs/job.ts';
import type { Change } from '../../core/jobs/change.ts';
import type { Admission, AdmissionLimits, AdmitOutcome, Places, RunningJob, WaitingJob } from '../../core/ports.ts';
import { type MemoryTables, nameOf } from './tables.ts';

/** Semaphores in memory: each call is one step, so that nothing comes in between. */
export class MemoryAdmission implements Admission {
  readonly #tables: MemoryTables;

  constructor(options: { tables: MemoryTables }) {
    this.#tables = options.tables;
  }

  admit(change: Change, limits: AdmissionLimits, mode: 'fresh' | 'turn'): Promise<AdmitOutcome> {
    if (change.slot !== 'acquire') return Promise.reject(new Error('Only a change that takes a place is admitted'));
    const outcome = this.#judge(change, limits, mode);
    if (outcome.outcome === 'written') {
      this.#tables.apply(change);
      this.#tables.cluster.set(nameOf(change.key), { ...change.key });
      this.#tables.tenants.set(nameOf(change.key), { ...change.key });
      this.#tables.last_tenant = change.key.tenant_id;
    }
    return Promise.resolve(outcome);
  }

  #judge(change: Change, limits: AdmissionLimits, mode: 'fresh' | 'turn'): AdmitOutcome {
    const { tenant_id } = change.key;
    const name = nameOf(change.key);
    const { cluster, tenants, waiting } = this.#tables;
    const ofTenant = [...tenants.values()].filter((holder) => holder.tenant_id === tenant_id);
    if (!this.#tables.expected(change)) return { outcome: 'stale', job: this.#tables.job(change.key) };
    if (mode === 'fresh' && waiting.size > 0) return { outcome: 'full', scope: 'turn' };
    if (cluster.size >= limits.cluster && !cluster.has(name)) return { outcome: 'full', scope: 'cluster' };
    if (ofTenant.length >= limits.tenant && !tenants.has(name)) return { outcome: 'full', scope: 'tenant' };
    return { outcome: 'written' };
  }

  markWaiting(tenants: TenantId[]): Promise<void> {
    for (const tenant of tenants) this.#tables.waiting.add(tenant);
    return Promise.resolve();
  }

  unmarkWaiting(tenants: TenantId[]): Promise<void> {
    for (const tenant of tenants) this.#tables.waiting.delete(tenant);
    return Promise.resolve();
  }

  places(): Promise<Places> {
    const { cluster, tenants, waiting, last_tenant } = this.#tables;
    return Promise.resolve({
      cluster: [...cluster.values()].map((job) => ({ ...job })),
      tenants: [...tenants.values()].map((job) => ({ ...job })),
      waiting: [...waiting],
      last_tenant,
    });
  }

  release(job: JobKey): Promise<void> {
    this.#tables.free(job);
    return Promise.resolve();
  }

  nextWaiting(after: { tenant_id: TenantId } | WaitingJob | undefined): Promise<WaitingJob | undefined> {
    const waiting = this.#waiting();
    if (!after) return Promise.resolve(waiting[0]);
    const isBehind = (job: WaitingJob) =>
      'job_id' in after ? compareWaiting(job, after) > 0 : job.tenant_id > after.tenant_id;
    return Promise.resolve(waiting.find(isBehind));
  }

  waiting(limit: number, after?: WaitingJob): Promise<WaitingJob[]> {
    const behind = this.#waiting().filter((job) => !after || compareWaiting(job, after) > 0);
    return Promise.resolve(behind.slice(0, limit));
  }

  due(now: Date, limit: number): Promise<Run[]> {
    const due = [...this.#tables.jobs.values()]
      .flatMap((job) =>
        job.state === 'UploadComplete' && job.retry_at !== undefined ? [{ ...job, at: job.retry_at }] : [],
      )
      .filter(({ at }) => at <= now.toISOString())
      .sort((a, b) => compare(a.at, b.at) || compare(a.job_id, b.job_id));
    return Promise.resolve(
      due.slice(0, limit).map(({ tenant_id, job_id, attempt }) => ({ tenant_id, job_id, attempt })),
    );
  }

  running(limit: number, after?: RunningJob): Promise<RunningJob[]> {
    const jobs = [...this.#tables.jobs.values()].flatMap((job) => (job.state === 'InProgress' ? toRunning(job) : []));
    const behind = jobs.sort(compareRunning).filter((job) => !after || compareRunning(job, after) > 0);
    return Promise.resolve(behind.slice(0, limit));
  }

  #waiting(): WaitingJob[] {
    const isWaiting = (job: Job): job is JobIn<'UploadComplete'> =>
      job.state === 'UploadComplete' && job.retry_at === undefined;
    return [...this.#tables.jobs.values()]
      .filter(isWaiting)
      .map(({ tenant_id, job_id, attempt, queued_at }) => ({ tenant_id, job_id, attempt, queued_at }))
      .sort(compareWaiting);
  }
}

function toRunning(job: JobIn<'InProgress'>): RunningJob {
  const { tenant_id, job_id, attempt, operation, content_type, started_at, updated_at, statement_id, desired_state } =
    job;
  return {
    ...{ tenant_id, job_id, attempt, operation, content_type, started_at, updated_at },
    ...(statement_id && { statement_id }),
    ...(desired_state && { desired_state }),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By the parts themselves, not by a text made of them: 'a' comes before 'a-b', and its jobs before those of 'a-b'. */
const compareWaiting = (a: WaitingJob, b: WaitingJob): number =>
  compare(a.tenant_id, b.tenant_id) || compare(a.queued_at, b.queued_at) || compare(a.job_id, b.job_id);

const compareRunning = (a: RunningJob, b: RunningJob): number =>
  compare(a.started_at, b.started_at) || compare(a.job_id, b.job_id);
