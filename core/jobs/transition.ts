import type { StatementId } from '../../contract/ids.ts';
import type { JobError, JobState } from '../../contract/jobs.ts';
import type { DesiredState } from '../../contract/records.ts';
import type { JobKey, Run } from './job.ts';
import { cancelledInWarehouse, timedOut } from './failures.ts';
import { type Retention, keptUntil } from './retention.ts';

/** All that a decision can rest on. The write that carries the decision out is conditional on what it did rest on. */
export interface Snapshot extends Run {
  state: JobState;
  desired_state?: DesiredState | undefined;
  statement_id?: StatementId | undefined;
}

export type JobEvent =
  | { type: 'start' }
  | { type: 'retry' }
  | { type: 'admit' }
  | { type: 'submitted'; statement_id: StatementId }
  | { type: 'resubmit' }
  | { type: 'stop'; to: DesiredState; reason?: string | undefined; by: string }
  | { type: 'exported'; rows: number; bytes: number; files: number }
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
  expires_at?: string;
  ttl?: number;
}

/** What must still be so when the decision is written. */
export interface Expectation {
  state: JobState;
  attempt: number;
  desired_state: DesiredState | undefined;
  /** The decision also rests on no statement having been recorded. */
  no_statement?: true;
}

/** What belongs to one run, or to its end, and goes when another begins. */
const runFacts = [
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
] as const satisfies (keyof JobPatch)[];
export type RunFact = (typeof runFacts)[number];

/** One conditional write. `slot` says what happens, in the same transaction, to the job's place among the running. */
export interface Change {
  key: JobKey;
  expect: Expectation;
  set: JobPatch & { updated_at: string };
  remove: RunFact[];
  slot: 'keep' | 'acquire' | 'release';
}

export type Decision =
  | { kind: 'change'; change: Change }
  /** It has happened already: nothing to do, and repeating was right. */
  | { kind: 'settled' }
  /** The graph has no such edge. */
  | { kind: 'refused'; state: JobState };

export interface TransitionContext {
  now: Date;
  retention: Retention;
}

/**
 * The life of a job, whole: which event leads from which state to which, and what is written on the way. The only edges are
 * Open -> UploadComplete -> InProgress -> JobComplete | Failed | Aborted, and Aborted from Open and UploadComplete. The end of a run
 * is final; a retry of a Failed or Aborted job is another run, with a number of its own, that begins at UploadComplete.
 * A statement that ends after its cancellation was accepted ends the job as was promised to who cancelled, whatever it reports.
 */
export function transition(job: Snapshot, event: JobEvent, context: TransitionContext): Decision {
  switch (event.type) {
    case 'start':
      return start(job, context);
    case 'retry':
      return retry(job, context);
    case 'admit':
      return admit(job, context);
    case 'submitted':
      return unsubmitted(job, context, { statement_id: event.statement_id }, ['resubmit_at']);
    case 'resubmit':
      return unsubmitted(job, context, { resubmit_at: iso(context) }, []);
    case 'stop':
      return stop(job, event, context);
    case 'exported':
      return running(job, () =>
        job.desired_state
          ? endAsDesired(job, job.desired_state, context)
          : end(job, context, 'JobComplete', { rows: event.rows, bytes: event.bytes, files: event.files }),
      );
    case 'failed':
      return running(job, () =>
        job.desired_state
          ? endAsDesired(job, job.desired_state, context)
          : end(job, context, 'Failed', { error: event.error }),
      );
    case 'statement_aborted':
      return running(job, () =>
        job.desired_state
          ? endAsDesired(job, job.desired_state, context)
          : end(job, context, 'Failed', { error: cancelledInWarehouse }),
      );
  }
}

const settled: Decision = { kind: 'settled' };
const refused = (state: JobState): Decision => ({ kind: 'refused', state });
const iso = (context: TransitionContext): string => context.now.toISOString();

function write(job: Snapshot, context: TransitionContext, set: JobPatch, rest: Partial<Change> = {}): Decision {
  const { tenant_id, job_id, state, attempt, desired_state } = job;
  const change: Change = {
    key: { tenant_id, job_id },
    expect: { state, attempt, desired_state },
    set: { ...set, updated_at: iso(context) },
    remove: [],
    slot: 'keep',
    ...rest,
  };
  return { kind: 'change', change };
}

function start(job: Snapshot, context: TransitionContext): Decision {
  switch (job.state) {
    case 'Open':
      return write(
        job,
        context,
        { state: 'UploadComplete', queued_at: iso(context) },
        { remove: ['expires_at', 'ttl'] },
      );
    case 'UploadComplete':
    case 'InProgress':
      return settled;
    case 'JobComplete':
    case 'Failed':
    case 'Aborted':
      return refused(job.state);
  }
}

/** A new run of the same job: what the last one left is forgotten here, and kept as a run of its own (run-history.ts). */
function retry(job: Snapshot, context: TransitionContext): Decision {
  switch (job.state) {
    case 'Failed':
    case 'Aborted': {
      const again: JobPatch = { state: 'UploadComplete', attempt: job.attempt + 1, queued_at: iso(context) };
      return write(job, context, again, { remove: [...runFacts] });
    }
    case 'UploadComplete':
    case 'InProgress':
    case 'Open':
    case 'JobComplete':
      return refused(job.state);
  }
}

function admit(job: Snapshot, context: TransitionContext): Decision {
  switch (job.state) {
    case 'UploadComplete':
      return write(job, context, { state: 'InProgress', started_at: iso(context) }, { slot: 'acquire' });
    case 'InProgress':
      return settled;
    case 'Open':
    case 'JobComplete':
    case 'Failed':
    case 'Aborted':
      return refused(job.state);
  }
}

/** Events of a statement matter to a running job only: before, there is no statement; after, terminal is final. */
function running(job: Snapshot, decide: () => Decision): Decision {
  switch (job.state) {
    case 'InProgress':
      return decide();
    case 'JobComplete':
    case 'Failed':
    case 'Aborted':
      return settled;
    case 'Open':
    case 'UploadComplete':
      return refused(job.state);
  }
}

function unsubmitted(job: Snapshot, context: TransitionContext, set: JobPatch, remove: Change['remove']): Decision {
  return running(job, () => {
    if (job.statement_id) return settled;
    const { state, attempt, desired_state } = job;
    return write(job, context, set, { remove, expect: { state, attempt, desired_state, no_statement: true } });
  });
}

function stop(job: Snapshot, event: Extract<JobEvent, { type: 'stop' }>, context: TransitionContext): Decision {
  const why: JobPatch = { ...(event.reason === undefined ? {} : { reason: event.reason }), cancelled_by: event.by };
  switch (job.state) {
    case 'Open':
    case 'UploadComplete':
      return event.to === 'Aborted' ? end(job, context, 'Aborted', why, 'keep') : refused(job.state);
    case 'InProgress':
      // Who cancels what is being stopped for its time is promised that it ends cancelled.
      return job.desired_state === undefined || (job.desired_state === 'Failed' && event.to === 'Aborted')
        ? write(job, context, { desired_state: event.to, ...why })
        : settled;
    case 'Aborted':
      return settled;
    case 'JobComplete':
    case 'Failed':
      return refused(job.state);
  }
}

function endAsDesired(job: Snapshot, desired: DesiredState, context: TransitionContext): Decision {
  switch (desired) {
    case 'Aborted':
      return end(job, context, 'Aborted', {});
    case 'Failed':
      return end(job, context, 'Failed', { error: timedOut });
  }
}

function end(
  job: Snapshot,
  context: TransitionContext,
  state: 'JobComplete' | 'Failed' | 'Aborted',
  set: JobPatch,
  slot: Change['slot'] = 'release',
): Decision {
  const ending: JobPatch = {
    ...set,
    ...(job.statement_id ? { statement_id: job.statement_id } : {}),
    state,
    completed_at: iso(context),
    ...keptUntil(context.now, context.retention, state),
  };
  return write(job, context, ending, { remove: ['desired_state', 'resubmit_at'], slot });
}
