import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { bytesOf } from '../../cli/render/amounts.ts';
import type { JobRecord, RowFile, RowKind } from '../../client/browser.ts';
import { useService } from '../session/signed-in.tsx';
import { Empty } from '../shell/empty.tsx';
import { Failure } from '../shell/failure.tsx';
import { Section } from '../shell/section.tsx';
import { kindsOf } from './row-kinds.ts';
import { save } from './save.ts';
import { take } from './take.ts';

/** Files of a kind that the page lists; a load has some dozens at most. */
const shown = 50;

const tells: Readonly<Record<RowKind, string>> = {
  successful: 'Rows that were applied',
  failed: 'Rows that were rejected, with their reasons',
  unprocessed: 'Rows with which nothing was done',
};

/** What became of the rows of a load, as files. */
export function RowFilesPanel({ job }: { job: JobRecord }) {
  const { client } = useService();
  const { data, error, refetch } = useQuery({
    queryKey: ['row files', job.job_id, job.run_id],
    queryFn: async ({ signal }) => {
      const files = kindsOf(job).map((kind) => take(client.job(job.job_id).rowFiles(kind, { signal }), shown));
      return (await Promise.all(files)).flat();
    },
    staleTime: Infinity,
  });
  return (
    <Section title="Files of rows">
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={60} aria-hidden />}
      {data?.length === 0 && <Empty>There are no rows to be had.</Empty>}
      {data && data.length > 0 && (
        <Stack gap="xs">
          {data.map((file) => (
            <FileRow key={`${file.kind} ${file.n}`} file={file} />
          ))}
        </Stack>
      )}
    </Section>
  );
}

/** Its link is made when it is pressed, so that it has not expired. */
function FileRow({ file }: { file: RowFile }) {
  const { mutate, error, isPending } = useMutation({
    mutationFn: async () => save(await file.url(), file.name),
  });
  return (
    <>
      <div className="row apart">
        <div>
          <Text size="sm">{tells[file.kind]}</Text>
          <Text size="xs" c="dimmed" className="job-id">
            {file.name}, {bytesOf(file.bytes)}
          </Text>
        </div>
        <Button
          size="compact-sm"
          variant="light"
          loading={isPending}
          aria-label={`Download ${file.name}`}
          onClick={() => mutate()}
        >
          Download
        </Button>
      </div>
      {error && <Failure error={error} />}
    </>
  );
}
