import type { JobError } from '../../contract/jobs.ts';

/** How the service itself runs a job again whose run failed for a passing reason. */
export interface AutomaticRetry {
  /** Runs that it gives a job by itself since it was last asked to run it; 1: none after the first. */
  attempts: number;
  /** At least 0, below 1: where in its range the pause falls. */
  jitter: number;
}

/** Somebody, a rule or a limit stopped these statements on purpose: the service does not go against that by itself. */
const stopped: ReadonlySet<string> = new Set(['QUERY_CANCELLED', 'QUERY_LIMIT_EXCEEDED', 'JOB_TIMEOUT']);

/** Transient and capacity errors only: what is wrong with the query, its tables or its permissions stays wrong. */
export function isPassing({ code, category, retryable }: Pick<JobError, 'code' | 'category' | 'retryable'>): boolean {
  const ofWarehouse = category === 'transient' || category === 'capacity';
  return retryable && ofWarehouse && !stopped.has(code);
}

const shortestSeconds = 30;
const longestSeconds = 3600;

/**
 * Milliseconds until the next run: exponential backoff with full jitter. Its range doubles with each run, from what the error asks
 * for (`retry_after`, else 30 s) up to an hour.
 */
export function retryPause(error: JobError, tries: number, jitter: number): number {
  const range = Math.min(longestSeconds, (error.retry_after ?? shortestSeconds) * 2 ** (tries - 1));
  return Math.floor(jitter * range * 1000);
}
