import { Skeleton, Stack, Text } from '@mantine/core';
import type { JobRecord, LoadOperation, Operation } from '../../client/browser.ts';
import { useJob } from '../job/use-job.ts';
import { useService } from '../session/signed-in.tsx';
import { Empty } from '../shell/empty.tsx';
import { Failure } from '../shell/failure.tsx';
import { Page } from '../shell/page.tsx';
import { emptyForm, type LoadForm } from './form.ts';
import { LoadFormView } from './load-form.tsx';
import { ResumeView } from './resume-view.tsx';
import { Broken, Sending } from './sending.tsx';
import { useUpload } from './use-upload.ts';

interface NewLoadPageProps {
  /** Id of an open load whose file is not there yet. */
  resume: string | undefined;
  /** Id of a load that this one is to be like. */
  like: string | undefined;
}

/** Sends a file and loads it into a table. One file is on its way at a time. */
export default function NewLoadPage({ resume, like }: NewLoadPageProps) {
  const { uploads } = useService();
  const upload = useUpload();
  const refused = upload.phase === 'broken' && upload.jobId === undefined ? upload : undefined;
  const busy = upload.phase === 'sending' || (upload.phase === 'broken' && !refused);
  const goOn = ({ file, table, jobId }: { file: File; table: string; jobId: string }) =>
    void uploads.begin({ file, body: { operation: 'insert', object: table }, resume: jobId });
  return (
    <Page title="New load">
      {upload.phase === 'sending' && <Sending upload={upload} onStop={() => uploads.stop()} />}
      {upload.phase === 'broken' && upload.jobId !== undefined && (
        <Broken
          upload={upload}
          jobId={upload.jobId}
          onGoOn={() => goOn({ ...upload, jobId: upload.jobId ?? '' })}
          onForget={() => uploads.clear()}
        />
      )}
      {/* What is written stays, for when the service does not take it. */}
      <div hidden={busy}>
        {(resume ?? like) ? (
          <OfJob id={resume ?? like ?? ''} resumed={resume !== undefined} refused={refused} />
        ) : (
          <LoadFormView initial={emptyForm} refused={refused} />
        )}
      </div>
    </Page>
  );
}

interface OfJobProps {
  id: string;
  resumed: boolean;
  refused: React.ComponentProps<typeof LoadFormView>['refused'];
}

function OfJob({ id, resumed, refused }: OfJobProps) {
  const { data: job, error, refetch } = useJob(id);
  if (!job) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Skeleton height={240} />;
  const operation = loadOperation(job.operation);
  if (operation === undefined) return <Empty>Job {id} is an export.</Empty>;
  if (resumed) return <ResumeView job={job} operation={operation} />;
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        As job {id} was asked for. Its mappings are not kept: they are made anew from the file.
      </Text>
      <LoadFormView initial={formLike(job, operation)} refused={refused} />
    </Stack>
  );
}

const loadOperation = (operation: Operation): LoadOperation | undefined =>
  operation === 'query' ? undefined : operation;

/** What is known of a load; the job does not tell its mappings. */
const formLike = (job: JobRecord, operation: LoadOperation): LoadForm => ({
  ...emptyForm,
  operation,
  object: job.object ?? '',
  keys: job.external_id_field ?? [],
  content_type: job.content_type,
  compression: job.compression,
  column_delimiter: job.column_delimiter,
  null_as: job.null_as ?? '',
  tag: job.tag ?? '',
  all_or_nothing: job.all_or_nothing ?? false,
  max_errors: maxErrorsOf(job),
});

/** What the service takes by itself need not be said. */
const serviceMaxErrors = 100_000;
const maxErrorsOf = ({ max_errors, all_or_nothing }: JobRecord): string =>
  max_errors === undefined || max_errors === serviceMaxErrors || all_or_nothing === true ? '' : String(max_errors);
