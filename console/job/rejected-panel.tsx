import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { countOf } from '../../cli/render/amounts.ts';
import type { JobRecord } from '../../client/browser.ts';
import { useService } from '../session/signed-in.tsx';
import { Failure } from '../shell/failure.tsx';
import { Section } from '../shell/section.tsx';
import { RowTable } from './row-table.tsx';
import { take } from './take.ts';

const shown = 100;

/** The first rows that a load rejected, each with its reason. */
export function RejectedPanel({ job }: { job: JobRecord }) {
  const { client } = useService();
  const { data, error, refetch } = useQuery({
    queryKey: ['rejected', job.job_id, job.run_id],
    queryFn: ({ signal }) => take(client.job(job.job_id).failedRows({ signal }), shown),
    staleTime: Infinity,
  });
  const columns = Object.keys(data?.[0] ?? {}).map((name) => ({ name }));
  return (
    <Section title="Rejected rows" aside={<Text size="sm">{countOf(job.number_records_failed)}</Text>}>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={80} aria-hidden />}
      {data && <RowTable label="Rejected rows" columns={columns} rows={data} />}
    </Section>
  );
}
