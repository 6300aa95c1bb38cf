import type { TenantId } from '../../contract/ids.ts';
import type { JobState } from '../../contract/jobs.ts';
import type { Job, JobKey } from '../jobs/job.ts';
import type { JobStore, Page } from '../ports.ts';
import { ProblemError } from '../problem-error.ts';
import { decodeCursor, encodeCursor } from '../jobs/cursor.ts';

/** Another tenant's job and a missing one are the same to the caller: not there. */
export const notFound = (key: JobKey): ProblemError =>
  new ProblemError('JOB_NOT_FOUND', `There is no job ${key.job_id}.`);

export async function readJob(jobs: JobStore, key: JobKey): Promise<Job> {
  const job = await jobs.get(key);
  if (!job) throw notFound(key);
  return job;
}

export async function readQuery(jobs: JobStore, key: JobKey): Promise<string> {
  const request = await jobs.getRequest(key);
  if (!request) throw notFound(key);
  return request.query;
}

export interface ListJobsCommand {
  tenant_id: TenantId;
  limit: number;
  state?: JobState | undefined;
  cursor?: string | undefined;
}

/** Newest first. A page can be short, or empty with a cursor, when a filter skips much. */
export async function listJobs(
  jobs: JobStore,
  command: ListJobsCommand,
): Promise<{ jobs: Job[]; next_cursor: string | null }> {
  const { tenant_id, limit, state } = command;
  const after = command.cursor === undefined ? undefined : { tenant_id, job_id: decodeCursor(command.cursor) };
  const page: Page<Job> = await jobs.list(tenant_id, {
    limit,
    ...(after ? { after } : {}),
    ...(state ? { state } : {}),
  });
  return { jobs: page.items, next_cursor: page.after ? encodeCursor(page.after.job_id) : null };
}
