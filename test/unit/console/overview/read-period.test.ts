import type { JobList, JobRecord } from '../../../../client/browser.ts';
import { readJobs } from '../../../../console/overview/read-period.ts';

/** A list of this many pages. */
function service(pages: number) {
  const asked: (string | undefined)[] = [];
  const ask = ({ cursor }: { cursor: string | undefined }): Promise<JobList> => {
    asked.push(cursor);
    const jobs = [{ job_id: `${asked.length}` } as JobRecord];
    return Promise.resolve({ jobs, next_cursor: asked.length < pages ? `c${asked.length}` : null });
  };
  return { ask, asked };
}

it('reads a short list to its end', async () => {
  const { ask, asked } = service(2);
  expect(await readJobs(ask)).toMatchObject({ jobs: { length: 2 }, more: false });
  expect(asked).toEqual([undefined, 'c1']);
});

it('reads no more pages of a long one than it may, and says that there is more', async () => {
  const { ask, asked } = service(1000);
  expect(await readJobs(ask)).toMatchObject({ jobs: { length: 4 }, more: true });
  expect(asked).toHaveLength(4);
});
