import type { JobState } from '../../contract/jobs.ts';
import type { LogEntry, LogEntryView, LogEvent } from '../../contract/logs.ts';
import type { RunRecord } from '../../contract/records.ts';
import { type Job, type JobIn, runId } from './job.ts';

type Details = LogEntryView['details'];

/** What a run may know that explains its entries; which of it there is depends on its state. */
type Facts = Partial<
  Omit<RunRecord, 'state' | 'type'> & Pick<JobIn<'JobComplete'>, 'rows' | 'bytes' | 'files' | 'expires_at'>
>;

/** The state that each event leads to; undefined: it changes facts and no state. */
const leadsTo: Readonly<Record<LogEvent, JobState | undefined>> = {
  created: 'Open',
  started: 'UploadComplete',
  retried: 'UploadComplete',
  run_failed: 'UploadComplete',
  requeued: 'UploadComplete',
  admitted: 'InProgress',
  submitted: undefined,
  resubmitted: undefined,
  stop_requested: undefined,
  completed: 'JobComplete',
  failed: 'Failed',
  aborted: 'Aborted',
};

/**
 * The life of a job, the oldest first, from the logs of its runs (in any order) and of its present one. Entries are kept small:
 * states follow from the order of events, reasons and figures from the run that an entry belongs to.
 */
export function viewLog(job: Job, earlier: RunRecord[], now: Date): LogEntryView[] {
  const runs = [...earlier.filter((run) => run.attempt < job.attempt), job].sort((a, b) => a.attempt - b.attempt);
  const entries: LogEntryView[] = [];
  for (const run of runs) {
    for (const entry of run.log) {
      const from = entries.at(-1)?.to ?? null;
      entries.push(viewEntry(run, entry, from));
    }
  }
  return [...entries, ...expiry(job, now)];
}

function viewEntry(run: Job | RunRecord, entry: LogEntry, from: JobState | null): LogEntryView {
  return {
    at: new Date(entry.at).toISOString(),
    attempt: run.attempt,
    run_id: runId(run),
    event: entry.event,
    from,
    to: leadsTo[entry.event] ?? from ?? 'Open',
    by: entry.by,
    ...explain(run, entry.event),
  };
}

function explain(facts: Facts, event: LogEvent): { reason: string | null; details: Details } {
  switch (event) {
    case 'submitted':
      return { reason: null, details: known({ statement_id: facts.statement_id }) };
    case 'completed':
      return { reason: null, details: known({ rows: facts.rows, bytes: facts.bytes, files: facts.files }) };
    case 'failed':
    case 'run_failed': {
      const { code, category, retryable } = facts.error ?? {};
      const details = known({ code, category, retryable, retry_at: facts.retry_at });
      return { reason: facts.error?.message ?? null, details };
    }
    case 'stop_requested':
    case 'aborted':
      return { reason: facts.reason ?? null, details: known({ cancelled_by: facts.cancelled_by }) };
    case 'created':
    case 'started':
    case 'retried':
    case 'requeued':
    case 'admitted':
    case 'resubmitted':
      return { reason: null, details: {} };
  }
}

const known = (details: Record<string, Details[string] | undefined>): Details =>
  Object.fromEntries(
    Object.entries(details).filter((entry): entry is [string, Details[string]] => entry[1] !== undefined),
  );

/** Nothing is written when results expire: that it would happen, and when, was decided as the job ended. */
function expiry(job: Job, now: Date): LogEntryView[] {
  if (job.state !== 'JobComplete' || Date.parse(job.expires_at) > now.getTime()) return [];
  const at = { at: job.expires_at, attempt: job.attempt, run_id: runId(job) };
  return [
    { ...at, event: 'results_expired', from: job.state, to: job.state, by: 'retention', reason: null, details: {} },
  ];
}
