import { Button, Skeleton, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { bytesOf, countOf, plural } from '../../cli/render/amounts.ts';
import type { JobFile, JobRecord } from '../../client/browser.ts';
import { useService } from '../session/signed-in.tsx';
import { Empty } from '../shell/empty.tsx';
import { Failure } from '../shell/failure.tsx';
import { Section } from '../shell/section.tsx';
import { save } from './save.ts';
import { take } from './take.ts';
import { Wide } from '../shell/wide.tsx';

const pageSize = 100;
/** Ms before its end that a URL is not handed out any more: the browser has to come there first. */
const margin = 10_000;

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
    <Section
      title="Files"
      aside={files && <Text size="sm">{`${plural(job.files, 'file')}, ${bytesOf(job.bytes)}`}</Text>}
    >
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!files && !error && <Skeleton height={60} aria-hidden />}
      {files?.length === 0 && <Empty>The query returned no rows, so there is no file.</Empty>}
      {files && files.length > 0 && <FileTable files={files} onRenew={async () => (await refetch()).data} />}
      {files && files.length < job.files && (
        <Button size="xs" variant="default" mt="sm" onClick={() => setShown(shown + pageSize)}>
          Show more
        </Button>
      )}
    </Section>
  );
}

function FileTable({ files, onRenew }: { files: readonly JobFile[]; onRenew: DownloadProps['onRenew'] }) {
  return (
    <Wide minWidth={320}>
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
            <Table.Th scope="col" visibleFrom="sm">
              Checksum
            </Table.Th>
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
              <Table.Td className="job-id" visibleFrom="sm">
                {file.checksum ? `${file.checksum.algorithm} ${file.checksum.value}` : ''}
              </Table.Td>
              <Table.Td ta="right">
                <Download file={file} onRenew={onRenew} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

interface DownloadProps {
  file: JobFile;
  /** Reads the files anew, with links that have not expired. */
  onRenew: () => Promise<readonly JobFile[] | undefined>;
}

/** A link that is renewed when it is pressed and has expired. */
function Download({ file, onRenew }: DownloadProps) {
  const [renewing, setRenewing] = useState(false);
  const stale = () => Date.parse(file.url_expires_at) - margin < Date.now();
  const renew = async () => {
    setRenewing(true);
    const fresh = (await onRenew())?.find(({ n }) => n === file.n);
    setRenewing(false);
    if (fresh) save(fresh.download_url, fresh.name);
  };
  return (
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
      Download
    </Button>
  );
}
