import type { JobId, TenantId } from '../../contract/ids.ts';
import type { Job, JobKey } from '../jobs/job.ts';
import { lowestIdAt } from '../jobs/id-range.ts';
import type { JobFilter, JobStore, ListPage, Page } from '../ports.ts';
import { ProblemError } from '../problem-error.ts';
import { decodeCursor, encodeCursor } from '../jobs/cursor.ts';

/** Another tenant's job and a missing one are the same to the caller: not there. */
export const notFound = (key: JobKey): ProblemError =>
  new ProblemError('JOB_NOT_FOUND', `There is no job ${key.job_id}.`);

export async function readJob(jobs: Pick<JobStore, 'get'>, key: JobKey): Promise<Job> {
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
  cursor?: string | undefined;
  created_after?: string | undefined;
  created_before?: string | undefined;
  filter?: JobFilter;
}

/** Newest first. A page can be short, or empty with a cursor, when a filter skips much. */
export async function listJobs(
  jobs: JobStore,
  command: ListJobsCommand,
): Promise<{ jobs: Job[]; next_cursor: string | null }> {
  const { tenant_id, limit, cursor, filter = {} } = command;
  const ids = { from: idAt(command.created_after), before: idAt(command.created_before) };
  const after = cursor === undefined ? undefined : { tenant_id, job_id: cursorWithin(cursor, ids) };
  const page: Page<Job> = await jobs.list(tenant_id, { limit, after, ids, filter });
  return { jobs: page.items, next_cursor: page.after ? encodeCursor(page.after.job_id) : null };
}

const idAt = (time: string | undefined): string | undefined =>
  time === undefined ? undefined : lowestIdAt(new Date(time));

function cursorWithin(cursor: string, ids: NonNullable<ListPage['ids']>): JobId {
  const id = decodeCursor(cursor);
  const within = id >= (ids.from ?? '') && id < (ids.before ?? '~');
  if (!within) throw new ProblemError('INVALID_CURSOR', 'The cursor belongs to a list of another range of time.');
  return id;
}
