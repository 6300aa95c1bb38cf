import type { JobView } from '../../contract/jobs.ts';
import type { Progress } from '../../contract/progress.ts';
import { seconds } from './run-history.ts';
import { viewProgress } from './progress.ts';
import { pollSeconds } from './poll-interval.ts';
import { warningsOf } from './warnings.ts';
import { isFinished, type Job, runId } from './job.ts';

export interface ViewContext {
  /** The path that the API is served under, such as /v1. */
  base: string;
  now: Date;
}

/** A job as the API shows it. */
export function viewJob(
  job: Job,
  { base, now }: ViewContext,
  shown: { query?: string | undefined; progress?: Progress | undefined } = {},
): JobView {
  const self = `${base}/bulk/jobs/${job.job_id}`;
  const warnings = warningsOf(job);
  const queuedAt = 'queued_at' in job ? job.queued_at : undefined;
  const startedAt = 'started_at' in job ? job.started_at : undefined;
  const completedAt = 'completed_at' in job ? job.completed_at : undefined;
  return {
    job_id: job.job_id,
    tenant_id: job.tenant_id,
    operation: job.operation,
    object: job.object ?? null,
    tag: job.tag ?? null,
    ...(shown.query === undefined ? {} : { query: shown.query }),
    ...viewOptions(job),
    state: job.state,
    desired_state: job.state === 'InProgress' && job.desired_state === 'Aborted' ? 'Aborted' : null,
    is_finished: isFinished(job.state),
    run_id: runId(job),
    attempt: job.attempt,
    created_at: job.created_at,
    updated_at: job.updated_at,
    started_at: startedAt ?? null,
    completed_at: completedAt ?? null,
    cancelled_at: job.state === 'Aborted' ? job.completed_at : null,
    cancelled_by: 'cancelled_by' in job ? (job.cancelled_by ?? null) : null,
    reason: 'reason' in job ? (job.reason ?? null) : null,
    wait_seconds: seconds(queuedAt, startedAt ?? completedAt),
    duration_seconds: seconds(startedAt, completedAt),
    ...viewOutcome(job),
    progress: shown.progress ?? viewProgress(job),
    has_warnings: warnings.length > 0,
    warnings,
    result_location: resultLocation(job, base),
    error: job.state === 'Failed' ? job.error : null,
    last_error: 'last_error' in job ? (job.last_error ?? null) : null,
    retry_at: 'retry_at' in job ? (job.retry_at ?? null) : null,
    status_url: self,
    poll_interval: moves(job) ? { recommended: pollSeconds(job.created_at, now), minimum: 1 } : null,
    links: linksOf(job, self),
    expires_at: 'expires_at' in job ? job.expires_at : null,
  };
}

/** Where what came of a complete job is. */
export const resultLocation = (job: Job, base: string): string | null =>
  job.state === 'JobComplete' ? `${base}/bulk/jobs/${job.job_id}/${job.load ? 'successful-results' : 'results'}` : null;

/** An open job waits for its client, a finished one for nothing. */
const moves = (job: Job): boolean => job.state !== 'Open' && !isFinished(job.state);

function viewOptions(job: Job) {
  return {
    content_type: job.content_type,
    compression: job.compression,
    column_delimiter: job.column_delimiter,
    ...(job.null_as === undefined ? {} : { null_as: job.null_as }),
    ...(job.partition_by === undefined ? {} : { partition_by: job.partition_by }),
    ...(job.max_file_size_mb === undefined ? {} : { max_file_size_mb: job.max_file_size_mb }),
    ...(job.load === undefined ? { single_file: job.single_file } : { ...job.load, uploads: job.uploads ?? null }),
  };
}

function viewOutcome(job: Job) {
  const done = job.state === 'JobComplete';
  return {
    number_records_processed: done ? job.rows : 0,
    number_records_failed: 'failed_rows' in job ? (job.failed_rows ?? 0) : 0,
    bytes: done && !job.load ? job.bytes : (job.uploads?.bytes ?? 0),
    files: done ? job.files : 0,
  };
}

function linksOf(job: Job, self: string): Record<string, string> {
  const uploading = { upload_url: `${self}/upload-url`, uploads: `${self}/uploads`, batches: `${self}/batches` };
  const outcome = {
    successful_results: `${self}/successful-results`,
    failed_results: `${self}/failed-results`,
    unprocessed_results: `${self}/unprocessed-results`,
  };
  const always = { self, runs: `${self}/runs`, logs: `${self}/logs` };
  switch (job.state) {
    case 'Open':
      return { ...always, cancel: `${self}/abort`, ...(job.load && uploading) };
    case 'UploadComplete':
    case 'InProgress':
      return { ...always, cancel: `${self}/abort` };
    case 'JobComplete':
      return { ...always, ...(job.load ? outcome : { results: `${self}/results` }) };
    case 'Failed':
    case 'Aborted':
      return { ...always, retry: `${self}/retry`, ...(job.load && outcome) };
  }
}
