import type { JobIn, JobKey } from '../jobs/job.ts';
import { ProblemError } from '../problem-error.ts';
import { type FindDeps, findJob } from './find-job.ts';

/**
 * A load that still takes files, read with strong consistency: of one that was closed nothing may be deleted.
 * @throws ProblemError when there is no such job, it is no load, or it was closed
 */
export async function findOpenLoad(deps: FindDeps, key: JobKey): Promise<JobIn<'Open'>> {
  const job = await findJob(deps, key, 'getLatest');
  if (!job.load) throw new ProblemError('WRONG_OPERATION', `A job whose operation is ${job.operation} takes no files.`);
  if (job.state === 'Open') return job;
  throw notOpen(job.state);
}

export const notOpen = (state: string): ProblemError =>
  new ProblemError('STATE_CONFLICT', `The job is ${state}; only an Open load takes files.`, { state });
