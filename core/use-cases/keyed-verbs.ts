import type { Act, Turn } from '../idempotency/once.ts';
import type { ApplyDeps } from '../jobs/apply-event.ts';
import type { Job, JobKey } from '../jobs/job.ts';
import { ProblemError } from '../problem-error.ts';
import { abortJob, deleteJob } from './change-job.ts';
import { retryJob } from './retry-job.ts';

/*
 * The verbs of a job as they are done under an Idempotency-Key. After the first request has died, it is not known how far it came:
 * what tells is the run that the job was in before, which was kept with the key.
 */

/** What Act.attempt is for a job; undefined where there is none. */
export const attemptOf =
  (deps: Pick<ApplyDeps, 'jobs'>, key: JobKey): NonNullable<Act['attempt']> =>
  async () =>
    (await deps.jobs.getLatest(key))?.attempt;

const attemptBefore = (turn: Turn): number | undefined => (turn.takenOver ? turn.attempt : undefined);

/** Never begins a second run: one that has begun since is the one that was asked for. */
export const retryInTurn = (deps: ApplyDeps, key: JobKey, turn: Turn): Promise<Job> =>
  retryJob(deps, key, attemptBefore(turn));

/** Never cancels a run that began after the one that was meant. */
export const abortInTurn = (deps: ApplyDeps, key: JobKey, by: string, turn: Turn): Promise<Job> =>
  abortJob(deps, key, by, undefined, attemptBefore(turn));

/** A job that was there before and is gone now is what was asked for. */
export async function deleteInTurn(deps: Pick<ApplyDeps, 'jobs' | 'clock'>, key: JobKey, turn: Turn): Promise<void> {
  try {
    await deleteJob(deps, key);
  } catch (error) {
    const wasThere = attemptBefore(turn) !== undefined;
    if (wasThere && error instanceof ProblemError && error.code === 'JOB_NOT_FOUND') return;
    throw error;
  }
}
