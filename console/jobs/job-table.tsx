import { Anchor, Progress, Table, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useRef } from 'react';
import { bytesOf, countOf, timeOf } from '../../cli/render/amounts.ts';
import type { JobRecord } from '../../client/browser.ts';
import { hashOf } from '../routing/route.ts';
import { Ago } from '../shell/time.tsx';
import { useNow } from '../shell/use-now.ts';
import { JobStateBadge } from './job-state.tsx';

/** One page of jobs. `j` and `k` go from one to the next. */
export function JobTable({ jobs }: { jobs: readonly JobRecord[] }) {
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
    <Table.ScrollContainer minWidth={820} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table highlightOnHover verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Job</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col">Operation</Table.Th>
            <Table.Th scope="col">Object, tag</Table.Th>
            <Table.Th scope="col">Created</Table.Th>
            <Table.Th scope="col" ta="right">
              Took
            </Table.Th>
            <Table.Th scope="col" ta="right">
              Rows
            </Table.Th>
            <Table.Th scope="col" ta="right">
              Size
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody ref={body}>
          {jobs.map((job) => (
            <Row key={job.job_id} job={job} now={now} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ job, now }: { job: JobRecord; now: number }) {
  const took = job.started_at === null ? null : (job.duration_seconds ?? (now - Date.parse(job.started_at)) / 1000);
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400}>
        <Anchor href={hashOf({ page: 'job', id: job.job_id })} ff="monospace" size="sm">
          {job.job_id}
        </Anchor>
      </Table.Th>
      <Table.Td>
        <JobStateBadge job={job} />
        {!job.is_finished && job.progress.percentage !== undefined && (
          <Progress value={job.progress.percentage} size="xs" mt={4} aria-label="Progress" />
        )}
      </Table.Td>
      <Table.Td>{job.operation}</Table.Td>
      <Table.Td>
        <Text size="sm" truncate maw={240} title={job.object ?? undefined}>
          {job.object}
        </Text>
        {job.tag !== null && (
          <Text size="xs" c="dimmed" truncate maw={240} title={job.tag}>
            {job.tag}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Ago at={job.created_at} now={now} />
      </Table.Td>
      <Table.Td ta="right">{took === null ? '' : timeOf(took)}</Table.Td>
      <Table.Td ta="right">{job.is_finished ? countOf(job.number_records_processed) : ''}</Table.Td>
      <Table.Td ta="right">{job.bytes > 0 ? bytesOf(job.bytes) : ''}</Table.Td>
    </Table.Tr>
  );
}
