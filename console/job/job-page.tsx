import { Alert, Anchor, Group, List, Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { SpectraError, type JobRecord } from '../../client/browser.ts';
import { JobStateBadge, lookOf } from '../jobs/job-state.tsx';
import { Failure } from '../shell/failure.tsx';
import { Page } from '../shell/page.tsx';
import { useNow } from '../shell/use-now.ts';
import { Copy } from '../shell/copy.tsx';
import { Actions } from './actions.tsx';
import { ExpiredPanel } from './expired-panel.tsx';
import { Facts } from './facts.tsx';
import { FilesPanel } from './files-panel.tsx';
import { LogPanel } from './log-panel.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import { RejectedPanel } from './rejected-panel.tsx';
import { RowFilesPanel } from './row-files-panel.tsx';
import { SnippetsPanel } from './snippets-panel.tsx';
import { SqlPanel } from './sql-panel.tsx';
import { useJob } from './use-job.ts';
import { Waterfall } from './waterfall.tsx';

/** All that is known of one job. */
export function JobPage({ id }: { id: string }) {
  const { data: job, error, refetch } = useJob(id);
  const gone = error instanceof SpectraError && (error.status === 404 || error.status === 410);
  return (
    <Page title="Job" of={id} actions={job && !gone && <Actions job={job} />}>
      <Group gap="xs">
        <Anchor href="#/jobs">Jobs</Anchor>
        <span aria-hidden>/</span>
        <span className="job-id">{id}</span>
        <Copy text={id} what="the job id" />
        {job && !gone && <JobStateBadge job={job} />}
      </Group>
      <VisuallyHidden role="status">{job && !gone && `The job is: ${lookOf(job).label}`}</VisuallyHidden>
      {error && <Failure error={error} onRetry={gone ? undefined : () => void refetch()} />}
      {job && !gone && <Parts job={job} />}
      {!job && !error && <Skeleton height={240} aria-hidden />}
    </Page>
  );
}

function Parts({ job }: { job: JobRecord }) {
  const now = useNow(false);
  const expired = job.is_finished && job.expires_at !== null && Date.parse(job.expires_at) <= now;
  return (
    <Stack>
      <Outcome job={job} />
      <Facts job={job} />
      <Waterfall job={job} />
      {job.query !== undefined && <SqlPanel sql={job.query} error={job.error ?? job.last_error} />}
      {expired && job.expires_at !== null ? <ExpiredPanel job={job} at={job.expires_at} /> : <Outcomes job={job} />}
      <LogPanel job={job} />
      <SnippetsPanel job={job} />
    </Stack>
  );
}

/** What came of it. */
function Outcomes({ job }: { job: JobRecord }) {
  if (!job.is_finished) return null;
  if (job.operation !== 'query')
    return (
      <>
        {job.number_records_failed > 0 && <RejectedPanel job={job} />}
        <RowFilesPanel job={job} />
      </>
    );
  if (job.state !== 'JobComplete') return null;
  return (
    <>
      <FilesPanel job={job} />
      <PreviewPanel job={job} />
    </>
  );
}

/** What went wrong, or may not be what was meant. */
function Outcome({ job }: { job: JobRecord }) {
  const { error, last_error, warnings, reason } = job;
  if (error !== null)
    return (
      <Alert color="red" title={`Failed: ${error.code}`} role="status">
        {error.message}
        {error.retryable && ' It can succeed later: retry it.'}
      </Alert>
    );
  if (job.state === 'Aborted')
    return (
      <Alert
        color="gray"
        title={`Cancelled${job.cancelled_by === null ? '' : ` by ${job.cancelled_by}`}`}
        role="status"
      >
        {reason ?? 'No reason was given.'}
      </Alert>
    );
  if (last_error !== null && !job.is_finished)
    return (
      <Alert color="orange" title={`Run ${job.attempt} failed: ${last_error.code}`} role="status">
        {last_error.message} The service runs it again by itself.
      </Alert>
    );
  if (warnings.length === 0) return null;
  return (
    <Alert color="orange" title="Complete, with warnings" role="status">
      <List size="sm">
        {warnings.map(({ code, message }) => (
          <List.Item key={code}>{message}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
