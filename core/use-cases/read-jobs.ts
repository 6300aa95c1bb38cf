import type { JobId, TenantId } from '../../contract/ids.ts';
import type { Job, JobKey } from '../jobs/job.ts';
import { lowestIdAt } from '../jobs/id-range.ts';
import { expiredAt } from '../jobs/retention.ts';
import type { Clock, Hasher, JobFilter, JobStore, ListPage, Page } from '../ports.ts';
import { ProblemError } from '../problem-error.ts';
import { notFound } from './find-job.ts';
import { decodeCursor, encodeCursor } from '../jobs/cursor.ts';

/** undefined for a load, which has none. */
export async function readQuery(jobs: JobStore, key: JobKey): Promise<string | undefined> {
  const request = await jobs.getRequest(key);
  if (!request) throw notFound(key);
  return request.operation === 'query' ? request.query : undefined;
}

export interface ListJobsCommand {
  tenant_id: TenantId;
  limit: number;
  cursor?: string | undefined;
  created_after?: string | undefined;
  created_before?: string | undefined;
  filter?: JobFilter;
}

/** Newest first. A page can be short, or empty with a cursor, when a filter skips much or jobs have expired. */
export async function listJobs(
  { jobs, clock, hasher }: { jobs: Pick<JobStore, 'list'>; clock: Clock; hasher: Hasher },
  command: ListJobsCommand,
): Promise<{ jobs: Job[]; next_cursor: string | null }> {
  const { tenant_id, limit, cursor, filter = {} } = command;
  const ids = { from: idAt(command.created_after), before: idAt(command.created_before) };
  const after =
    cursor === undefined
      ? undefined
      : { tenant_id, job_id: cursorWithin(decodeCursor(hasher, tenant_id, cursor), ids) };
  const page: Page<Job> = await jobs.list(tenant_id, { limit, after, ids, filter });
  const now = clock.now();
  const present = page.items.filter((job) => expiredAt(job, now) === undefined);
  return { jobs: present, next_cursor: page.after ? encodeCursor(hasher, tenant_id, page.after.job_id) : null };
}

const idAt = (time: string | undefined): string | undefined =>
  time === undefined ? undefined : lowestIdAt(new Date(time));

function cursorWithin(id: JobId, ids: NonNullable<ListPage['ids']>): JobId {
  const within = id >= (ids.from ?? '') && id < (ids.before ?? '~');
  if (!within) throw new ProblemError('INVALID_CURSOR', 'The cursor belongs to a list of another range of time.');
  return id;
}
