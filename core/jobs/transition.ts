import type { JobState } from '../../contract/jobs.ts';
import type { LogEntry, LogEvent } from '../../contract/logs.ts';
import type { DesiredState } from '../../contract/records.ts';
import { type Change, type Decision, type JobEvent, type JobPatch, type Snapshot, runFacts } from './change.ts';
import { cancelledInWarehouse, timedOut } from './failures.ts';
import { type Retention, keptUntil } from './retention.ts';
import { endedRun } from './run-history.ts';

export interface TransitionContext {
  now: Date;
  retention: Retention;
  /** Who does it, for the log: the key of a caller, or a component of the service. */
  by: string;
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
      return submitted(job, event, context);
    case 'resubmit':
      return resubmit(job, context);
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
const unread: Decision = { kind: 'unread' };
const iso = (context: TransitionContext): string => context.now.toISOString();

export const logEntry = (event: LogEvent, { now, by }: Pick<TransitionContext, 'now' | 'by'>): LogEntry => ({
  at: now.getTime(),
  event,
  by,
});

function write(
  job: Snapshot,
  context: TransitionContext,
  log: LogEvent[],
  set: JobPatch,
  rest: Partial<Change> = {},
): Decision {
  const { tenant_id, job_id, state, attempt, desired_state } = job;
  const change: Change = {
    key: { tenant_id, job_id },
    expect: { state, attempt, desired_state },
    set: { ...set, updated_at: iso(context) },
    remove: [],
    append: log.map((event) => logEntry(event, context)),
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
        ['started'],
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

/** A new run of the same job: what the last one left is forgotten here, and kept as a run of its own. */
function retry(job: Snapshot, context: TransitionContext): Decision {
  switch (job.state) {
    case 'Failed':
    case 'Aborted': {
      if (!job.run?.completed_at) return unread;
      const ended = endedRun(job, { ...job.run, state: job.state, completed_at: job.run.completed_at });
      const again: JobPatch = {
        state: 'UploadComplete',
        attempt: job.attempt + 1,
        queued_at: iso(context),
        log: [logEntry('retried', context)],
      };
      return write(job, context, [], again, {
        remove: [...runFacts],
        expect: { state: job.state, attempt: job.attempt, desired_state: undefined, log_entries: job.run.log.length },
        ended,
      });
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
      return write(job, context, ['admitted'], { state: 'InProgress', started_at: iso(context) }, { slot: 'acquire' });
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

function submitted(
  job: Snapshot,
  event: Extract<JobEvent, { type: 'submitted' }>,
  context: TransitionContext,
): Decision {
  return running(job, () => {
    if (job.statement_id) return settled;
    const { state, attempt, desired_state } = job;
    const expect = { state, attempt, desired_state, absent: ['statement_id' as const] };
    return write(
      job,
      context,
      ['submitted'],
      { statement_id: event.statement_id },
      { remove: ['resubmit_at'], expect },
    );
  });
}

/** However often it is asked for, the log has it once: a run that can't be submitted for hours must not fill it. */
function resubmit(job: Snapshot, context: TransitionContext): Decision {
  return running(job, () => {
    if (job.statement_id) return settled;
    const { state, attempt, desired_state } = job;
    const first = job.resubmit_at === undefined;
    const absent = ['statement_id' as const, ...(first ? ['resubmit_at' as const] : [])];
    const expect = { state, attempt, desired_state, absent };
    return write(job, context, first ? ['resubmitted'] : [], { resubmit_at: iso(context) }, { expect });
  });
}

function stop(job: Snapshot, event: Extract<JobEvent, { type: 'stop' }>, context: TransitionContext): Decision {
  const why: JobPatch = { ...(event.reason === undefined ? {} : { reason: event.reason }), cancelled_by: event.by };
  switch (job.state) {
    case 'Open':
    case 'UploadComplete':
      return event.to === 'Aborted' ? end(job, context, 'Aborted', why, 'keep') : refused(job.state);
    case 'InProgress':
      return job.desired_state ? settled : write(job, context, ['stop_requested'], { desired_state: event.to, ...why });
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
  return write(job, context, [endings[state]], ending, { remove: ['desired_state', 'resubmit_at'], slot });
}

const endings = { JobComplete: 'completed', Failed: 'failed', Aborted: 'aborted' } as const;
