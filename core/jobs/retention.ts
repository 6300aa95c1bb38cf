import { fixedLimits } from '../../contract/limits.ts';
import type { TombstoneRecord } from '../../contract/records.ts';
import type { Job } from './job.ts';

/** Days that things are kept after a job has ended; results never outlive their job. */
export interface Retention {
  jobDays: number;
  resultDays: number;
}

const day = 86_400_000;

/**
 * When a job that ends (or is opened) now expires. `expires_at` is when its files do, `ttl` (epoch seconds) when its record is
 * deleted and with it whatever files are left.
 */
export function keptUntil(
  now: Date,
  retention: Retention,
  state: 'Open' | 'JobComplete' | 'Failed' | 'Aborted',
): { expires_at: string; ttl: number } {
  const gone = now.getTime() + retention.jobDays * day;
  const expires = state === 'JobComplete' ? Math.min(gone, now.getTime() + retention.resultDays * day) : gone;
  return { expires_at: new Date(expires).toISOString(), ttl: Math.ceil(gone / 1000) };
}

/** Since when a job is to be as if deleted, which DynamoDB does only up to days later; undefined while it is not. */
export function expiredAt(job: Job, now: Date): string | undefined {
  const ends = endOf(job);
  return ends !== undefined && ends <= now.getTime() ? new Date(ends).toISOString() : undefined;
}

/** What stays of a job that has expired; undefined for one that never was to expire. */
export function tombstoneOf(job: Job): TombstoneRecord | undefined {
  const ends = endOf(job);
  if (ends === undefined) return undefined;
  const { tenant_id, job_id } = job;
  const ttl = ends / 1000 + fixedLimits.tombstone_days.value * 86_400;
  return { type: 'tombstone', tenant_id, job_id, expired_at: new Date(ends).toISOString(), ttl };
}

const endOf = (job: Job): number | undefined => ('ttl' in job ? job.ttl * 1000 : undefined);
