import type { QueryHash, StatementId } from '../../contract/ids.ts';
import type { JobError, JobState } from '../../contract/jobs.ts';
import type { LogEntry } from '../../contract/logs.ts';
import type { DesiredState, EstimateRecord, RunRecord } from '../../contract/records.ts';
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
  /** Only where the job was read: a snapshot that is assumed of a running job has none. */
  run?: Omit<RunFacts, 'completed_at'> & { completed_at?: string | undefined };
}

export type JobEvent =
  | { type: 'start' }
  | { type: 'retry' }
  | { type: 'due' }
  | { type: 'admit' }
  | { type: 'submitted'; statement_id: StatementId }
  | { type: 'resubmit' }
  | { type: 'stop'; to: DesiredState; reason?: string | undefined; by: string }
  | { type: 'exported'; rows: number; bytes: number; files: number; query_hash?: QueryHash | undefined }
  | { type: 'failed'; error: JobError }
  | { type: 'statement_aborted' };

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
}

export type Decision =
  | { kind: 'change'; change: Change }
  /** It has happened already: nothing to do, and repeating was right. */
  | { kind: 'settled' }
  /** The graph has no such edge. */
  | { kind: 'refused'; state: JobState }
  /** What was assumed of the job does not suffice: decide again on the job as it is. */
  | { kind: 'unread' };
