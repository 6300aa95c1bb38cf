import type { JobId, TenantId } from '../../contract/ids.ts';
import { JobId as JobIdSchema, QueryHash, StatementId, TenantId as TenantIdSchema } from '../../contract/ids.ts';
import { ExportOptions, type JobError } from '../../contract/jobs.ts';
import type { KeyUseIn, QueryRequest } from '../../contract/records.ts';
import type { Job, JobIn, JobKey } from '../../core/jobs/job.ts';
import type { Change, JobEvent, Snapshot } from '../../core/jobs/change.ts';
import { snapshotOf } from '../../core/jobs/snapshot.ts';
import { transition } from '../../core/jobs/transition.ts';
import type { Clock } from '../../core/ports.ts';

export const retention = { jobDays: 7, resultDays: 7 };
export const noon = new Date('2026-06-01T12:00:00.000Z');
export const later = (seconds: number): Date => new Date(noon.getTime() + seconds * 1000);

export const tenant = (text: string): TenantId => TenantIdSchema.parse(text);
export const statement = StatementId.parse('1c5c9e5a-0000-4000-8000-000000000001');

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The n-th id: ids order as their numbers do. */
export function jobId(n: number): JobId {
  const digits = Array.from({ length: 5 }, (_, place) => alphabet[Math.floor(n / 32 ** (4 - place)) % 32]);
  return JobIdSchema.parse(`01JA0000000000000000Z${digits.join('')}`);
}

export const query_hash = QueryHash.parse('0123456789abcdef');

const options = ExportOptions.parse({});

const common = (key: JobKey, created: Date) => ({
  type: 'job' as const,
  ...key,
  operation: 'query' as const,
  ...options,
  attempt: 1,
  created_at: created.toISOString(),
  updated_at: created.toISOString(),
  log: [{ at: created.getTime(), event: 'created' as const, by: 'key' }],
});

export const openJob = (key: JobKey, created = noon): JobIn<'Open'> => ({
  ...common(key, created),
  state: 'Open',
  expires_at: later(7 * 86_400).toISOString(),
  ttl: later(7 * 86_400).getTime() / 1000,
});

export const waitingJob = (key: JobKey, queued = noon): JobIn<'UploadComplete'> => ({
  ...common(key, queued),
  state: 'UploadComplete',
  queued_at: queued.toISOString(),
});

export const requestOf = (job: Job, query = 'SELECT 1'): QueryRequest => ({
  type: 'request',
  tenant_id: job.tenant_id,
  job_id: job.job_id,
  operation: 'query',
  query,
  query_hash,
  start: job.state === 'UploadComplete',
  ...options,
});

export const idempotencyOf = (job: Job, key_hash: string, ttl = later(86_400)): KeyUseIn<'created'> => ({
  type: 'idempotency',
  phase: 'created',
  tenant_id: job.tenant_id,
  job,
  key_hash,
  request_hash: 'r'.repeat(64),
  ttl: ttl.getTime() / 1000,
});

export const runningUse = (key_hash: string, lease_id: string, more: Partial<KeyUseIn<'running'>> = {}) => ({
  type: 'idempotency' as const,
  phase: 'running' as const,
  tenant_id: tenant('acme'),
  key_hash,
  request_hash: 'r'.repeat(64),
  ttl: later(86_400).getTime() / 1000,
  lease_id,
  lease_until: later(30).getTime(),
  ...more,
});

export const failure: JobError = {
  code: 'QUERY_FAILED',
  category: 'validation',
  message: 'relation "x" does not exist',
  retryable: false,
  details: { sql_state: '42P01' },
};

/** The change that the domain decides on; a decision without one is a mistake of the test. */
export function changeOf(job: Job | Snapshot, event: JobEvent, now = later(60)): Change {
  const decision = transition('type' in job ? snapshotOf(job) : job, event, { now, retention, by: 'tester' });
  if (decision.kind !== 'change') throw new Error(`${job.state} does not change by ${event.type}`);
  return decision.change;
}

export const exported: Extract<JobEvent, { type: 'exported' }> = { type: 'exported', rows: 10, bytes: 100, files: 1 };

/** A clock that a test sets. */
export class SetClock implements Clock {
  #now = noon;
  now(): Date {
    return this.#now;
  }
  set(now: Date): void {
    this.#now = now;
  }
}
