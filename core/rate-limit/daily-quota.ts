import { ProblemError } from '../problem-error.ts';

/** A tenant's quota of jobs on one day. */
export interface DailyQuota {
  /** UTC, such as 2026-11-22. */
  day: string;
  /** Jobs that may be created on it. */
  jobs: number;
  /** Seconds since 1970 when nobody needs the count any more. */
  ttl: number;
}

const daySeconds = 86_400;

export function quotaAt(now: Date, jobs: number): DailyQuota {
  const day = now.toISOString().slice(0, 10);
  return { day, jobs, ttl: Date.parse(day) / 1000 + 2 * daySeconds };
}

/** Whole seconds until the next day (UTC) begins, at least 1. */
export const secondsLeftOf = (day: string, now: Date): number =>
  Math.max(1, Math.ceil((Date.parse(day) + daySeconds * 1000 - now.getTime()) / 1000));

/** Fewer shards than jobs, so that none is empty from the start; more than these bring nothing (docs/adr). */
const mostShards = 16;
const jobsOfShard = 50;

/**
 * The quota in parts, each counted by an item of its own: transactions on one item at once refuse each other, and creates of one
 * tenant come at once. The parts add up to the quota, so it is exact.
 */
export function shardsOf(jobs: number): number[] {
  const shards = Math.min(mostShards, Math.max(1, Math.floor(jobs / jobsOfShard)));
  return Array.from({ length: shards }, (_, shard) => Math.floor(jobs / shards) + (shard < jobs % shards ? 1 : 0));
}

export function quotaExceeded(quota: DailyQuota, now: Date): ProblemError {
  const detail = `The tenant has created the ${quota.jobs} jobs of ${quota.day} (UTC).`;
  return new ProblemError('QUOTA_EXCEEDED', detail, {
    limit: 'tenant_jobs_per_day',
    retry_after: secondsLeftOf(quota.day, now),
  });
}
