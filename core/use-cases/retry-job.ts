import { fixedLimits } from '../../contract/limits.ts';
import type { RunView } from '../../contract/runs.ts';
import { type ApplyDeps, applyEvent } from '../jobs/apply-event.ts';
import { changedJob } from '../jobs/changed-job.ts';
import type { Job, JobKey } from '../jobs/job.ts';
import { viewRun } from '../jobs/run-history.ts';
import { snapshotOf } from '../jobs/snapshot.ts';
import type { JobStore } from '../ports.ts';
import { ProblemError } from '../problem-error.ts';
import { type FindDeps, findJob, notFound } from './find-job.ts';

/**
 * Runs a Failed or Aborted job again, as a new run with its own number, prefix and statement: nothing is sent again, and nothing of
 * the run before can be taken for it. Of two retries at once one begins a run, and the other finds the job begun. `after` is the run
 * that another one is wanted after: where one has begun since, it is the one that was asked for.
 */
export async function retryJob(deps: ApplyDeps, key: JobKey, after?: number): Promise<Job> {
  const job = await findJob(deps, key, 'getLatest');
  if (after !== undefined && job.attempt > after) return job;
  if (job.state !== 'Failed' && job.state !== 'Aborted') throw notRetryable(job);
  const most = fixedLimits.runs_per_job.value;
  if (job.attempt >= most) {
    throw new ProblemError('STATE_CONFLICT', `The job has had ${most} runs, which is the most.`, { state: job.state });
  }
  const applied = await applyEvent(deps, snapshotOf(job), { type: 'retry' });
  if (applied.outcome === 'written') return changedJob(applied.job ?? job, applied.change);
  const now = await deps.jobs.getLatest(key);
  if (!now) throw notFound(key);
  if (now.attempt !== job.attempt + 1) throw notRetryable(now);
  return now;
}

const notRetryable = (job: Job): ProblemError =>
  new ProblemError('STATE_CONFLICT', `The job is ${job.state}; only a Failed or Aborted job is run again.`, {
    state: job.state,
  });

/** Every run of a job, the present one first. */
export async function listRuns(deps: FindDeps & { jobs: Pick<JobStore, 'listRuns'> }, key: JobKey): Promise<RunView[]> {
  const job = await findJob(deps, key);
  const earlier = await deps.jobs.listRuns(key);
  return [job, ...earlier.filter((run) => run.attempt < job.attempt)].map(viewRun);
}
