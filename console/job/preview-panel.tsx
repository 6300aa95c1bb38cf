import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type JobRecord, SpectraError } from '../../client/browser.ts';
import { useService } from '../session/signed-in.tsx';
import { Failure } from '../shell/failure.tsx';
import { Section } from '../shell/section.tsx';
import { RowTable } from './row-table.tsx';
import { take } from './take.ts';

const shown = 50;

const isUnreadable = (error: unknown): boolean => error instanceof SpectraError && error.code === 'UNSUPPORTED_FORMAT';

/** Columns of an export and its first rows, of which no more is fetched than is shown. */
export function PreviewPanel({ job }: { job: JobRecord }) {
  const { client } = useService();
  const key = [job.job_id, job.run_id];
  const schema = useQuery({
    queryKey: ['schema', ...key],
    queryFn: ({ signal }) => client.job(job.job_id).schema({ signal }),
    staleTime: Infinity,
  });
  const rows = useQuery({
    queryKey: ['preview', ...key],
    queryFn: ({ signal }) => take(client.job(job.job_id).rows({ signal }), shown),
    staleTime: Infinity,
    enabled: job.files > 0,
  });
  const error = schema.error ?? (isUnreadable(rows.error) ? null : rows.error);
  const format = [job.content_type, job.compression].filter((each) => each !== 'NONE').join(', ');
  return (
    <Section
      title="Columns and first rows"
      aside={schema.data && <Text size="sm">{`${schema.data.length} columns`}</Text>}
    >
      {error && <Failure error={error} onRetry={() => void Promise.all([schema.refetch(), rows.refetch()])} />}
      {isUnreadable(rows.error) && (
        <Text size="sm" mb="sm">
          A browser can’t read rows of {format}; the columns are these.
        </Text>
      )}
      {!schema.data && !error && <Skeleton height={120} aria-hidden />}
      {schema.data && <RowTable label="First rows" columns={schema.data} rows={rows.data ?? []} />}
    </Section>
  );
}
