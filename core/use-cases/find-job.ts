import type { Job, JobKey } from '../jobs/job.ts';
import { expiredAt } from '../jobs/retention.ts';
import type { Clock, JobStore } from '../ports.ts';
import { ProblemError } from '../problem-error.ts';

export interface FindDeps {
  jobs: Pick<JobStore, 'get' | 'getLatest' | 'tombstone'>;
  clock: Clock;
}

/** Another tenant's job and a missing one are the same to the caller: not there. */
export const notFound = (key: JobKey): ProblemError =>
  new ProblemError('JOB_NOT_FOUND', `There is no job ${key.job_id}.`);

/**
 * The job, or the answer that it is not there, or no longer: 410 to its own tenant from the moment on which it expires, whether or not
 * DynamoDB has deleted it by then. Its tombstone is looked up after a miss only.
 */
export async function findJob(deps: FindDeps, key: JobKey, read: 'get' | 'getLatest' = 'get'): Promise<Job> {
  const job = await deps.jobs[read](key);
  const now = deps.clock.now();
  const since = job ? expiredAt(job, now) : await buried(deps, key, now);
  if (since !== undefined) throw expired(key, since);
  if (job) return job;
  throw notFound(key);
}

async function buried(deps: FindDeps, key: JobKey, now: Date): Promise<string | undefined> {
  const tombstone = await deps.jobs.tombstone(key);
  return tombstone && tombstone.ttl * 1000 > now.getTime() ? tombstone.expired_at : undefined;
}

const expired = (key: JobKey, expired_at: string): ProblemError =>
  new ProblemError('JOB_EXPIRED', `The job ${key.job_id} expired at ${expired_at}.`, { expired_at });
