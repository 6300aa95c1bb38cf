import { useHotkeys } from '@mantine/hooks';
import { memo, useRef } from 'react';
import type { JobRecord } from '../../client/browser.ts';
import { useNow } from '../shell/use-now.ts';
import { JobRow } from './job-row.tsx';
import { Wide } from '../shell/wide.tsx';

interface JobTableProps {
  jobs: readonly JobRecord[];
}

const minute = 60_000;

/** One page of jobs. `j` and `k` go from one to the next. */
export const JobTable = memo(function JobTable({ jobs }: JobTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const now = useNow(jobs.some(({ is_finished }) => !is_finished));
  const step = (by: 1 | -1) => {
    const links = Array.from(body.current?.querySelectorAll('a') ?? []);
    const at = links.findIndex((link) => link === document.activeElement);
    links[Math.max(0, Math.min(links.length - 1, at < 0 ? 0 : at + by))]?.focus();
  };
  useHotkeys([
    ['j', () => step(1)],
    ['k', () => step(-1)],
  ]);
  return (
    <Wide minWidth={820}>
      <table className="list">
        <thead>
          <tr>
            <th scope="col">Job</th>
            <th scope="col">State</th>
            <th scope="col">Operation</th>
            <th scope="col">Object, tag</th>
            <th scope="col">Created</th>
            <th scope="col" className="amount">
              Took
            </th>
            <th scope="col" className="amount">
              Rows
            </th>
            <th scope="col" className="amount">
              Size
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          {jobs.map((job) => (
            // What has ended changes by the minute alone.
            <JobRow key={job.job_id} job={job} now={job.is_finished ? now - (now % minute) + minute : now} />
          ))}
        </tbody>
      </table>
    </Wide>
  );
});
