import { Skeleton, Table } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { JobRecord } from '../../client/browser.ts';
import { useService } from '../session/signed-in.tsx';
import { Failure } from '../shell/failure.tsx';
import { Section } from '../shell/section.tsx';
import { At } from '../shell/time.tsx';
import { take } from './take.ts';
import { Wide } from '../shell/wide.tsx';

/** More than 20 runs can write. */
const most = 500;

/** What happened to the job, the oldest first. */
export function LogPanel({ job }: { job: JobRecord }) {
  const { client } = useService();
  const { data, error, refetch } = useQuery({
    queryKey: ['log', job.job_id, job.updated_at],
    queryFn: ({ signal }) => take(client.job(job.job_id).logs({ signal }), most),
    placeholderData: keepPreviousData,
  });
  return (
    <Section title="Log">
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={80} aria-hidden />}
      {data && (
        <Wide minWidth={560}>
          <Table verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">At</Table.Th>
                <Table.Th scope="col">Run</Table.Th>
                <Table.Th scope="col">Event</Table.Th>
                <Table.Th scope="col">State after</Table.Th>
                <Table.Th scope="col">By</Table.Th>
                <Table.Th scope="col">Reason</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map((entry, at) => (
                <Table.Tr key={at}>
                  <Table.Td>
                    <At at={entry.at} />
                  </Table.Td>
                  <Table.Td>{entry.attempt}</Table.Td>
                  <Table.Td>{entry.event.replaceAll('_', ' ')}</Table.Td>
                  <Table.Td>{entry.to}</Table.Td>
                  <Table.Td>{entry.by}</Table.Td>
                  <Table.Td>{entry.reason}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Wide>
      )}
    </Section>
  );
}
