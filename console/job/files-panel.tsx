import { Button, Group, Skeleton, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { bytesOf, countOf } from '../../cli/render/amounts.ts';
import type { JobFile, JobRecord } from '../../client/browser.ts';
import { useService } from '../session/signed-in.tsx';
import { Empty } from '../shell/empty.tsx';
import { Failure } from '../shell/failure.tsx';
import { Section } from '../shell/section.tsx';
import { take } from './take.ts';

const pageSize = 100;
/** Ms before its end that a URL is not handed out any more. */
const margin = 60_000;

function useFiles(job: JobRecord, shown: number) {
  const { client } = useService();
  return useQuery({
    queryKey: ['files', job.job_id, job.run_id, shown],
    queryFn: ({ signal }) => take(client.job(job.job_id).files({ signal }), shown),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
}

/** Files of an export, each to be downloaded by the browser itself: whatever its size, the page holds none of it. */
export function FilesPanel({ job }: { job: JobRecord }) {
  const [shown, setShown] = useState(pageSize);
  const { data: files, error, refetch } = useFiles(job, shown);
  return (
    <Section title="Files" aside={files && <Text size="sm">{`${countOf(job.files)}, ${bytesOf(job.bytes)}`}</Text>}>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!files && !error && <Skeleton height={60} aria-hidden />}
      {files?.length === 0 && <Empty>The query returned no rows, so there is no file.</Empty>}
      {files && files.length > 0 && <FileTable job={job} files={files} />}
      {files && files.length < job.files && (
        <Button size="xs" variant="default" mt="sm" onClick={() => setShown(shown + pageSize)}>
          Show more
        </Button>
      )}
    </Section>
  );
}

function FileTable({ job, files }: { job: JobRecord; files: readonly JobFile[] }) {
  return (
    <Table.ScrollContainer minWidth={560} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Name</Table.Th>
            <Table.Th scope="col" ta="right">
              Rows
            </Table.Th>
            <Table.Th scope="col" ta="right">
              Size
            </Table.Th>
            <Table.Th scope="col">Checksum</Table.Th>
            <Table.Th scope="col" w={110} aria-label="Download" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {files.map((file) => (
            <Table.Tr key={file.n}>
              <Table.Th scope="row" fw={400} className="job-id">
                {file.name}
              </Table.Th>
              <Table.Td ta="right">{countOf(file.rows)}</Table.Td>
              <Table.Td ta="right">{bytesOf(file.bytes)}</Table.Td>
              <Table.Td className="job-id">
                {file.checksum ? `${file.checksum.algorithm} ${file.checksum.value}` : ''}
              </Table.Td>
              <Table.Td ta="right">
                <Download job={job} file={file} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** A link that is renewed when it has expired. */
function Download({ job, file }: { job: JobRecord; file: JobFile }) {
  const queries = useQueryClient();
  const [renewing, setRenewing] = useState(false);
  const [renewed, setRenewed] = useState(false);
  const stale = () => Date.parse(file.url_expires_at) - margin < Date.now();
  const renew = async () => {
    setRenewing(true);
    await queries.invalidateQueries({ queryKey: ['files', job.job_id] });
    setRenewing(false);
    setRenewed(true);
  };
  return (
    <Group justify="flex-end" wrap="nowrap">
      <Button
        component="a"
        href={file.download_url}
        download={file.name}
        size="compact-sm"
        variant="light"
        loading={renewing}
        aria-label={`Download ${file.name}`}
        onClick={(event) => {
          if (!stale()) return;
          event.preventDefault();
          void renew();
        }}
      >
        {renewed ? 'Download now' : 'Download'}
      </Button>
    </Group>
  );
}
