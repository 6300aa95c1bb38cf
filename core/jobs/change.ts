import type { QueryHash, StatementId } from '../../contract/ids.ts';
import type { JobError, JobState, Uploads } from '../../contract/jobs.ts';
import type { LogEntry } from '../../contract/logs.ts';
import type { DesiredState, EstimateRecord, PinnedUpload, RunRecord } from '../../contract/records.ts';
import type { JobKey, Run } from './job.ts';

/** What is kept of a run when another follows it, beside its number, end and statement. */
export type RunFacts = Pick<
  RunRecord,
  'queued_at' | 'started_at' | 'completed_at' | 'error' | 'reason' | 'cancelled_by' | 'log'
>;

/** All that a decision can rest on. The write that carries the decision out is conditional on what it did rest on. */
export interface Snapshot extends Run {
  state: JobState;
  desired_state?: DesiredState | undefined;
  statement_id?: StatementId | undefined;
  resubmit_at?: string | undefined;
  retry_at?: string | undefined;
  tries?: number | undefined;
  /** Of a load: whether it was closed with files. Unknown of what is only assumed. */
  closed?: boolean | undefined;
  /** Only where the job was read: a snapshot that is assumed of a running job has none. */
  run?: Omit<RunFacts, 'completed_at'> & { completed_at?: string | undefined };
}

export type JobEvent =
  | { type: 'start' }
  /** A load is closed with these files, and no others. */
  | { type: 'close'; files: PinnedUpload[] }
  /** An upload in parts is about to begin. */
  | { type: 'in_parts' }
  | { type: 'retry' }
  | { type: 'due' }
  | { type: 'admit' }
  | { type: 'submitted'; statement_id: StatementId }
  | { type: 'resubmit' }
  | { type: 'stop'; to: DesiredState; reason?: string | undefined; by: string }
  | { type: 'exported'; rows: number; bytes: number; files: number; query_hash?: QueryHash | undefined }
  /** A load that was committed, by this run or by `attempt`; without counts, where what tells them is lost. */
  | { type: 'loaded'; counts: LoadCounts | undefined; attempt?: number | undefined }
  | { type: 'failed'; error: JobError; failed_rows?: number | undefined }
  /** The run will never have a statement; that none was recorded is part of it. */
  | { type: 'not_submitted'; error: JobError }
  | { type: 'statement_aborted' };

/** What became of the rows of a load. */
export interface LoadCounts {
  processed: number;
  failed: number;
}

/** Attributes that a change may set, with the values that JobRecord gives them. */
export interface JobPatch {
  state?: JobState;
  attempt?: number;
  queued_at?: string;
  started_at?: string;
  completed_at?: string;
  statement_id?: StatementId;
  resubmit_at?: string;
  desired_state?: DesiredState;
  reason?: string;
  cancelled_by?: string;
  rows?: number;
  failed_rows?: number;
  counted?: boolean;
  result_attempt?: number;
  uploads?: Uploads;
  in_parts?: boolean;
  bytes?: number;
  files?: number;
  error?: JobError;
  retry_at?: string;
  last_error?: JobError;
  tries?: number;
  expires_at?: string;
  ttl?: number;
  /** Instead of the entries of the run before, which go with its record; else entries are only ever added. */
  log?: LogEntry[];
}

/** What must still be so when the decision is written. */
export interface Expectation {
  state: JobState;
  attempt: number;
  desired_state: DesiredState | undefined;
  /** The decision also rests on none of these having been recorded. */
  absent?: ('statement_id' | 'resubmit_at' | 'retry_at')[];
  /** It also rests on these still being there. */
  present?: 'retry_at'[];
  /** The decision also rests on the log being as long as it was read. */
  log_entries?: number;
}

/** What belongs to one run, or to its end, and goes when another begins. */
export const runFacts = [
  'started_at',
  'completed_at',
  'statement_id',
  'resubmit_at',
  'desired_state',
  'reason',
  'cancelled_by',
  'error',
  'failed_rows',
  'expires_at',
  'ttl',
  'retry_at',
  'last_error',
  'tries',
] as const satisfies (keyof JobPatch)[];
export type RunFact = (typeof runFacts)[number];

/** One conditional write. `slot` says what happens, in the same transaction, to the job's place among the running. */
export interface Change {
  key: JobKey;
  expect: Expectation;
  set: JobPatch & { updated_at: string };
  remove: RunFact[];
  /** Added to the job's log: by the write that does what they say, and so once. */
  append: LogEntry[];
  slot: 'keep' | 'acquire' | 'release';
  /** The run that is followed by another, kept in the same transaction. */
  ended?: RunRecord;
  /** What the next run of the same query is measured by, kept in the same transaction. */
  estimate?: EstimateRecord;
  /** The files that a load is closed with: kept with its request, in the same transaction. */
  pinned?: PinnedUpload[];
}

export type Decision =
  | { kind: 'change'; change: Change }
  /** It has happened already: nothing to do, and repeating was right. */
  | { kind: 'settled' }
  /** The graph has no such edge. */
  | { kind: 'refused'; state: JobState }
  /** What was assumed of the job does not suffice: decide again on the job as it is. */
  | { kind: 'unread' };
