import type { Job, JobKey } from '../jobs/job.ts';
import { type ApplyDeps, applyEvent } from '../jobs/apply-event.ts';
import { changedJob } from '../jobs/changed-job.ts';
import { snapshotOf } from '../jobs/snapshot.ts';
import type { JobEvent } from '../jobs/change.ts';
import type { UploadListing } from '../load/ports.ts';
import { ProblemError } from '../problem-error.ts';
import { closing } from './close-load.ts';
import { findJob, notFound } from './find-job.ts';

export interface StartDeps extends ApplyDeps {
  uploads: UploadListing;
}

/**
 * UploadComplete, as the client asks it: the job is accepted and waits for its place, a load with the files that are there by then.
 * Repeating it is safe.
 */
export const startJob = (deps: StartDeps, key: JobKey): Promise<Job> =>
  change(deps, key, (job) => (job.load ? closing(deps.uploads, job) : { type: 'start' }));

/**
 * Cancels: at once while nothing runs; a running job ends Aborted when its statement has really stopped. Repeating it is safe.
 * Once it is accepted for a running job the job ends Aborted, even if the statement finishes first. `run` is the one run that is
 * meant, where that matters: no other is cancelled.
 */
export const abortJob = (deps: ApplyDeps, key: JobKey, by: string, reason?: string, run?: number): Promise<Job> =>
  change(deps, key, () => ({ type: 'stop', to: 'Aborted', by, reason }), run);

/** Deletes a finished job: gone for every reader at once, and without a trace; its request and files follow. */
export async function deleteJob(deps: Pick<ApplyDeps, 'jobs' | 'clock'>, key: JobKey): Promise<void> {
  const job = await findJob(deps, key, 'getLatest');
  const removed = await deps.jobs.remove(key, job.attempt);
  if (removed.outcome === 'written' || !removed.job) return;
  throw conflict(removed.job, 'deleted: cancel it first');
}

/** A job may go on to another run while it is read and written: then that run is meant. */
const mostRuns = 3;

/** `only`: the one run that is meant; a job that has gone on to another is answered as it is. */
async function change(
  deps: ApplyDeps,
  key: JobKey,
  eventFor: (job: Job) => JobEvent | Promise<JobEvent>,
  only?: number,
): Promise<Job> {
  for (let run = 0; run < mostRuns; run += 1) {
    const job = await findJob(deps, key, 'getLatest');
    if (only !== undefined && job.attempt !== only) return job;
    const event = await eventFor(job);
    const applied = await applyEvent(deps, snapshotOf(job), event);
    switch (applied.outcome) {
      case 'written':
        return changedJob(applied.job ?? job, applied.change);
      case 'settled':
        return applied.job ?? job;
      case 'refused':
        throw conflict(applied.job ?? job, event.type === 'stop' ? 'cancelled' : 'started');
      case 'gone':
        throw notFound(key);
      case 'superseded':
        continue;
    }
  }
  throw new Error(`Job ${key.job_id} was run again ${mostRuns} times while it was being changed`);
}

const conflict = (job: Job, verb: string): ProblemError =>
  new ProblemError('STATE_CONFLICT', `The job is ${job.state} and can't be ${verb}.`, { state: job.state });
