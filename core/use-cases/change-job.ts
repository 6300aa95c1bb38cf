import type { Job, JobKey } from '../jobs/job.ts';
import { type ApplyDeps, type Applied, applyEvent } from '../jobs/apply-event.ts';
import { snapshotOf } from '../jobs/snapshot.ts';
import type { JobEvent } from '../jobs/change.ts';
import { ProblemError } from '../problem-error.ts';
import { findJob, notFound } from './find-job.ts';

/** UploadComplete, as the client asks it: the job is accepted and waits for its place. Repeating it is safe. */
export const startJob = (deps: ApplyDeps, key: JobKey): Promise<Job> => change(deps, key, { type: 'start' });

/**
 * Cancels: at once while nothing runs; a running job ends Aborted when its statement has really stopped. Repeating it is safe.
 * Once it is accepted for a running job the job ends Aborted, even if the statement finishes first.
 */
export const abortJob = (deps: ApplyDeps, key: JobKey, by: string, reason?: string): Promise<Job> =>
  change(deps, key, { type: 'stop', to: 'Aborted', by, reason });

/** Deletes a finished job: gone for every reader at once, and without a trace; its request and files follow. */
export async function deleteJob(deps: Pick<ApplyDeps, 'jobs' | 'clock'>, key: JobKey): Promise<void> {
  const job = await findJob(deps, key, 'getLatest');
  const removed = await deps.jobs.remove(key, job.attempt);
  if (removed.outcome === 'written' || !removed.job) return;
  throw conflict(removed.job, 'deleted: cancel it first');
}

async function change(deps: ApplyDeps, key: JobKey, event: JobEvent): Promise<Job> {
  const job = await findJob(deps, key, 'getLatest');
  const applied = await applyEvent(deps, snapshotOf(job), event);
  const now = isSettled(applied) ? job : await deps.jobs.getLatest(key);
  if (!now) throw notFound(key);
  if (applied.outcome === 'refused') throw conflict(now, event.type === 'start' ? 'started' : 'cancelled');
  return now;
}

const isSettled = (applied: Applied): boolean => applied.outcome === 'settled';

const conflict = (job: Job, verb: string): ProblemError =>
  new ProblemError('STATE_CONFLICT', `The job is ${job.state} and can't be ${verb}.`, { state: job.state });
