import type { PinnedUpload } from '../../contract/records.ts';
import type { Decision, JobEvent, JobPatch, Snapshot } from './change.ts';
import { type TransitionContext, end, endAsDesired, expectationOf, iso, refused, settled, write } from './decide.ts';
import { cancelledInWarehouse } from './failures.ts';
import { keptUntil } from './retention.ts';
import { becomeDue, failRun, retry } from './run-again.ts';

/**
 * The life of a job, whole: which event leads from which state to which, and what is written on the way. The only edges are
 * Open -> UploadComplete -> InProgress -> JobComplete | Failed | Aborted, and Aborted from Open and UploadComplete. The end of a run
 * is final; a retry of a Failed or Aborted job is another run, with a number of its own, that begins at UploadComplete. So does the
 * run that the service itself begins after one that failed for a passing reason: the job goes back from InProgress, never by Failed.
 * A statement that ends after its cancellation was accepted ends the job as was promised to who cancelled, whatever it reports; but
 * a load that was committed is complete.
 */
export function transition(job: Snapshot, event: JobEvent, context: TransitionContext): Decision {
  switch (event.type) {
    case 'start':
      return start(job, context);
    case 'close':
      return close(job, event, context);
    case 'in_parts':
      return job.state === 'Open' ? write(job, context, [], { in_parts: true }) : refused(job.state);
    case 'retry':
      return retry(job, context);
    case 'due':
      return becomeDue(job, context);
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
        job.desired_state ? endAsDesired(job, job.desired_state, context) : complete(job, event, context),
      );
    case 'loaded':
      return running(job, () => completeLoad(job, event, context));
    case 'failed':
      return running(job, () => endWithoutResult(job, event, context));
    case 'not_submitted':
      return running(job, () => notSubmitted(job, event, context));
    case 'statement_aborted':
      return running(job, () =>
        job.desired_state
          ? endAsDesired(job, job.desired_state, context)
          : end(job, context, 'Failed', { error: cancelledInWarehouse }),
      );
  }
}

function start(job: Snapshot, context: TransitionContext, more: JobPatch = {}, pinned?: PinnedUpload[]): Decision {
  switch (job.state) {
    case 'Open':
      return write(
        job,
        context,
        ['started'],
        { state: 'UploadComplete', queued_at: iso(context), ...more },
        { remove: ['expires_at', 'ttl'], ...(pinned && { pinned }) },
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

/** Closing again is no other closing: what was pinned first counts. */
function close(job: Snapshot, { files }: Extract<JobEvent, { type: 'close' }>, context: TransitionContext): Decision {
  const uploads = { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  return start(job, context, { uploads }, files);
}

function admit(job: Snapshot, context: TransitionContext): Decision {
  switch (job.state) {
    case 'UploadComplete':
      return write(
        job,
        context,
        ['admitted'],
        { state: 'InProgress', started_at: iso(context) },
        { slot: 'acquire', expect: { ...expectationOf(job), absent: ['retry_at'] } },
      );
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
    const expect = { ...expectationOf(job), absent: ['statement_id' as const] };
    return write(
      job,
      context,
      ['submitted'],
      { statement_id: event.statement_id },
      { remove: ['resubmit_at'], expect },
    );
  });
}

/** As was asked for meanwhile, else as failed. */
const endWithoutResult = (
  job: Snapshot,
  failure: Parameters<typeof failRun>[1],
  context: TransitionContext,
): Decision => (job.desired_state ? endAsDesired(job, job.desired_state, context) : failRun(job, failure, context));

/** Another delivery may have got a statement for the run meanwhile: then that one's end is the run's. */
function notSubmitted(
  job: Snapshot,
  { error }: Extract<JobEvent, { type: 'not_submitted' }>,
  context: TransitionContext,
): Decision {
  if (job.statement_id) return settled;
  const decision = endWithoutResult(job, { error }, context);
  if (decision.kind !== 'change') return decision;
  const { change } = decision;
  return { kind: 'change', change: { ...change, expect: { ...change.expect, absent: ['statement_id'] } } };
}

/** However often it is asked for, the log has it once: a run that can't be submitted for hours must not fill it. */
function resubmit(job: Snapshot, context: TransitionContext): Decision {
  return running(job, () => {
    if (job.statement_id) return settled;
    const first = job.resubmit_at === undefined;
    const absent = ['statement_id' as const, ...(first ? ['resubmit_at' as const] : [])];
    const expect = { ...expectationOf(job), absent };
    return write(job, context, first ? ['resubmitted'] : [], { resubmit_at: iso(context) }, { expect });
  });
}

function complete(
  job: Snapshot,
  { rows, bytes, files, query_hash }: Extract<JobEvent, { type: 'exported' }>,
  context: TransitionContext,
): Decision {
  const { tenant_id, job_id } = job;
  const { ttl } = keptUntil(context.now, context.retention, 'JobComplete');
  const estimate = query_hash && { type: 'estimate' as const, tenant_id, query_hash, job_id, ttl };
  return end(job, context, 'JobComplete', { rows, bytes, files }, estimate ? { estimate } : {});
}

/** Rows that were committed are there: to call the job cancelled, whatever was promised, would be a lie. */
function completeLoad(
  job: Snapshot,
  { counts, attempt }: Extract<JobEvent, { type: 'loaded' }>,
  context: TransitionContext,
): Decision {
  const told = counts ? { rows: counts.processed, failed_rows: counts.failed } : { rows: 0, counted: false };
  const by = attempt === undefined || attempt === job.attempt ? {} : { result_attempt: attempt };
  return end(job, context, 'JobComplete', { ...told, bytes: 0, files: 0, ...by });
}

function stop(job: Snapshot, event: Extract<JobEvent, { type: 'stop' }>, context: TransitionContext): Decision {
  const why: JobPatch = { ...(event.reason === undefined ? {} : { reason: event.reason }), cancelled_by: event.by };
  switch (job.state) {
    case 'Open':
    case 'UploadComplete':
      return event.to === 'Aborted' ? end(job, context, 'Aborted', why, { slot: 'keep' }) : refused(job.state);
    case 'InProgress':
      // Who cancels what is being stopped for its time is promised that it ends cancelled.
      return job.desired_state === undefined || (job.desired_state === 'Failed' && event.to === 'Aborted')
        ? write(job, context, ['stop_requested'], { desired_state: event.to, ...why })
        : settled;
    case 'Aborted':
      return settled;
    case 'JobComplete':
    case 'Failed':
      return refused(job.state);
  }
}
