import { Progress } from '@mantine/core';
import { memo } from 'react';
import { bytesOf, countOf } from '../../cli/render/amounts.ts';
import type { JobRecord } from '../../client/browser.ts';
import { hashOf } from '../routing/route.ts';
import { Ago } from '../shell/time.tsx';
import { lasting } from '../shell/when.ts';
import { JobStateBadge } from './job-state.tsx';

/** A job in a list. Of plain elements: 25 of these are made with every page that is turned. @param now epoch ms */
export const JobRow = memo(function JobRow({ job, now }: { job: JobRecord; now: number }) {
  const took = job.started_at === null ? null : (job.duration_seconds ?? (now - Date.parse(job.started_at)) / 1000);
  return (
    <tr>
      <th scope="row">
        <a className="job-id" href={hashOf({ page: 'job', id: job.job_id })}>
          {job.job_id}
        </a>
      </th>
      <td>
        <JobStateBadge job={job} />
        {!job.is_finished && job.progress.percentage !== undefined && (
          <Progress value={job.progress.percentage} size="xs" mt={4} aria-label="Progress" />
        )}
      </td>
      <td>{job.operation}</td>
      <td>
        <div className="label" title={job.object ?? undefined}>
          {job.object}
        </div>
        {job.tag !== null && (
          <div className="label tag" title={job.tag}>
            {job.tag}
          </div>
        )}
      </td>
      <td>
        <Ago at={job.created_at} now={now} />
      </td>
      <td className="amount">{took === null ? '' : lasting(took)}</td>
      <td className="amount">{job.is_finished ? countOf(job.number_records_processed) : ''}</td>
      <td className="amount">{job.bytes > 0 ? bytesOf(job.bytes) : ''}</td>
    </tr>
  );
});
