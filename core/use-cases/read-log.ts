import type { JobLog } from '../../contract/logs.ts';
import type { JobKey } from '../jobs/job.ts';
import { foreignCursor } from '../jobs/cursor.ts';
import { viewLog } from '../jobs/job-log.ts';
import type { JobStore } from '../ports.ts';
import { type FindDeps, findJob } from './find-job.ts';

export interface LogCommand {
  key: JobKey;
  limit: number;
  cursor?: string | undefined;
}

/**
 * The log of a job, the oldest entry first. It only grows at its end, so a cursor is the number of entries that were seen, and stays
 * right. At most runs_per_job times a handful of entries: what is read is the job and its earlier runs.
 */
export async function readLog(
  deps: FindDeps & { jobs: Pick<JobStore, 'listRuns'> },
  { key, limit, cursor }: LogCommand,
): Promise<JobLog> {
  const seen = cursor === undefined ? 0 : decode(cursor);
  const job = await findJob(deps, key);
  const entries = viewLog(job, await deps.jobs.listRuns(key), deps.clock.now());
  const page = entries.slice(seen, seen + limit);
  const next = seen + page.length;
  return { job_id: key.job_id, entries: page, next_cursor: next < entries.length ? `log.${next}` : null };
}

function decode(cursor: string): number {
  const seen = /^log\.([1-9]\d{0,5})$/.exec(cursor)?.[1];
  if (seen !== undefined) return Number(seen);
  throw foreignCursor();
}
