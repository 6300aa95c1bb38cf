import type { TenantId } from '../../contract/ids.ts';
import type {
  EstimateRecord,
  IdempotencyRecord,
  RequestRecord,
  RunRecord,
  TombstoneRecord,
} from '../../contract/records.ts';
import { JobRecord } from '../../contract/records.ts';
import type { Job, JobKey } from '../../core/jobs/job.ts';
import type { Change } from '../../core/jobs/change.ts';
import { changedJob } from '../../core/jobs/changed-job.ts';

export const nameOf = (job: JobKey): string => `${job.tenant_id}/${job.job_id}`;

/** What the in-memory job store and admission share, as the real ones share a table. */
export class MemoryTables {
  readonly jobs = new Map<string, Job>();
  readonly requests = new Map<string, RequestRecord>();
  readonly runs = new Map<string, RunRecord>();
  readonly tombstones = new Map<string, TombstoneRecord>();
  readonly estimates = new Map<string, EstimateRecord>();
  readonly idempotency = new Map<string, IdempotencyRecord>();
  /** Jobs that a tenant created on a day. */
  readonly created = new Map<string, number>();
  readonly cluster = new Map<string, JobKey>();
  readonly tenants = new Map<string, JobKey>();
  readonly waiting = new Set<TenantId>();
  last_tenant: TenantId | undefined;

  job(key: JobKey): Job | undefined {
    const job = this.jobs.get(nameOf(key));
    return job && structuredClone(job);
  }

  put(job: Job): void {
    this.jobs.set(nameOf(job), JobRecord.parse(structuredClone(job)));
  }

  expected(change: Change): boolean {
    const job = this.jobs.get(nameOf(change.key));
    if (!job) return false;
    const facts: Partial<Record<string, unknown>> = job;
    const { state, attempt, desired_state, absent = [], present = [], log_entries } = change.expect;
    return (
      job.state === state &&
      job.attempt === attempt &&
      facts.desired_state === desired_state &&
      absent.every((name) => facts[name] === undefined) &&
      present.every((name) => facts[name] !== undefined) &&
      (log_entries === undefined || job.log.length === log_entries)
    );
  }

  /** Only after `expected`. */
  apply(change: Change): void {
    const before = this.job(change.key);
    if (!before) throw new Error(`There is no job ${change.key.job_id}`);
    this.put(changedJob(before, change));
  }

  free(job: JobKey): void {
    this.cluster.delete(nameOf(job));
    this.tenants.delete(nameOf(job));
  }
}
