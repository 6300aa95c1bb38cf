import type { JobList, JobRecord } from '../../client/browser.ts';

/** Jobs of one call, and calls that one look may cost. */
const pageSize = 500;
const mostPages = 4;

export interface Read {
  jobs: JobRecord[];
  /** There are more, older ones, which were not read. */
  more: boolean;
}

/** Jobs, the newest first, as many as may be read. */
export async function readJobs(
  ask: (part: { cursor: string | undefined; limit: number }) => Promise<JobList>,
): Promise<Read> {
  const jobs: JobRecord[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const part = await ask({ cursor, limit: pageSize });
    jobs.push(...part.jobs);
    if (part.next_cursor === null) return { jobs, more: false };
    cursor = part.next_cursor;
  }
  return { jobs, more: true };
}
