import type { JobList, JobRecord } from '../../../../client/browser.ts';
import { freshFor, pageOfJobs, pageSize } from '../../../../console/jobs/page-of-jobs.ts';

const jobs = (count: number): JobRecord[] => Array.from({ length: count }, (_, n) => ({ job_id: `${n}` }) as JobRecord);

/** Answers in turn, and what was asked for. */
function service(answers: [count: number, next: string | null][]) {
  const asked: { cursor: string | undefined; limit: number }[] = [];
  const ask = (part: { cursor: string | undefined; limit: number }): Promise<JobList> => {
    asked.push(part);
    const [count, next_cursor] = answers.shift() ?? [0, null];
    return Promise.resolve({ jobs: jobs(count), next_cursor });
  };
  return { ask, asked };
}

it('asks once for a full page, and never for more than is shown', async () => {
  const { ask, asked } = service([[pageSize, 'c2']]);
  expect(await pageOfJobs(ask, 'c1')).toMatchObject({ next: 'c2', unfinished: false });
  expect(asked).toEqual([{ cursor: 'c1', limit: pageSize }]);
});

it('fills a page from several where a filter skips much', async () => {
  const { ask, asked } = service([
    [10, 'a'],
    [0, 'b'],
    [15, 'c'],
  ]);
  const page = await pageOfJobs(ask, undefined);
  expect(page).toMatchObject({ next: 'c', unfinished: false });
  expect(page.jobs).toHaveLength(pageSize);
  expect(asked.map(({ limit }) => limit)).toEqual([25, 15, 15]);
});

it('gives up the search after some calls and says where to go on', async () => {
  const { ask, asked } = service(Array.from({ length: 9 }, (_, n) => [n === 0 ? 1 : 0, `c${n}`]));
  expect(await pageOfJobs(ask, undefined)).toMatchObject({ next: 'c4', unfinished: true, jobs: { length: 1 } });
  expect(asked).toHaveLength(5);
});

it('is not unfinished at the end of the list, however short', async () => {
  const { ask } = service([[3, null]]);
  expect(await pageOfJobs(ask, undefined)).toMatchObject({ next: null, unfinished: false });
});

it('asks again soon only while something moves by itself', () => {
  expect(freshFor([{ is_finished: true, state: 'Failed' }])).toBe(15_000);
  expect(freshFor([{ is_finished: false, state: 'Open' }])).toBe(15_000);
  expect(freshFor([{ is_finished: false, state: 'UploadComplete' }])).toBe(3000);
});
