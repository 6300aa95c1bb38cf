import type { JobList, JobRecord } from '../../client/browser.ts';

/** Jobs that the list shows at once. */
export const pageSize = 25;
/** Calls that one page may cost, where a filter skips much. */
const mostCalls = 5;

export interface PageOfJobs {
  jobs: JobRecord[];
  /** Where the next page begins; null at the end. */
  next: string | null;
  /** It is short because the search was broken off, not because there is nothing more. */
  unfinished: boolean;
}

/** Asks until a page is full: the service ends a search for rare jobs now and then, with a cursor to go on from. */
export async function pageOfJobs(
  ask: (part: { cursor: string | undefined; limit: number }) => Promise<JobList>,
  from: string | undefined,
): Promise<PageOfJobs> {
  const jobs: JobRecord[] = [];
  let cursor = from;
  for (let calls = 0; calls < mostCalls; calls += 1) {
    const part = await ask({ cursor, limit: pageSize - jobs.length });
    jobs.push(...part.jobs);
    if (part.next_cursor === null) return { jobs, next: null, unfinished: false };
    cursor = part.next_cursor;
    if (jobs.length >= pageSize) break;
  }
  return { jobs, next: cursor ?? null, unfinished: jobs.length < pageSize };
}

/** Ms until it is worth asking again: soon while something moves. */
export const freshFor = (jobs: readonly Pick<JobRecord, 'is_finished' | 'state'>[]): number =>
  jobs.some(({ is_finished, state }) => !is_finished && state !== 'Open') ? 3000 : 15_000;
