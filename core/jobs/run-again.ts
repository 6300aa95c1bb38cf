import { fixedLimits } from '../../contract/limits.ts';
import { isPassing, retryPause } from './automatic-retry.ts';
import { type Decision, type JobEvent, type JobPatch, type Snapshot, runFacts } from './change.ts';
import {
  type TransitionContext,
  end,
  expectationOf,
  iso,
  logEntry,
  refused,
  settled,
  unread,
  write,
} from './decide.ts';
import { endedRun } from './run-history.ts';

/** A new run of the same job: what the last one left is forgotten here, and kept as a run of its own. */
export function retry(job: Snapshot, context: TransitionContext): Decision {
  switch (job.state) {
    case 'Failed':
    case 'Aborted': {
      if (!job.run?.completed_at) return unread;
      // Nothing was ever pinned that could be loaded.
      if (job.closed === false) return refused(job.state);
      const ended = endedRun(job, { ...job.run, state: job.state, completed_at: job.run.completed_at });
      const again: JobPatch = {
        state: 'UploadComplete',
        attempt: job.attempt + 1,
        queued_at: iso(context),
        log: [logEntry('retried', context)],
      };
      return write(job, context, [], again, {
        remove: [...runFacts],
        expect: { ...expectationOf(job), log_entries: job.run.log.length },
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

type Failure = Omit<Extract<JobEvent, { type: 'failed' }>, 'type'>;

/** A failed run is followed by another of the service's own accord, or ends the job. */
export function failRun(job: Snapshot, { error, failed_rows }: Failure, context: TransitionContext): Decision {
  const { again } = context;
  const counted = failed_rows === undefined ? {} : { failed_rows };
  if (!again || again.attempts === 1 || !isPassing(error)) return end(job, context, 'Failed', { error, ...counted });
  if (!job.run) return unread;
  const tries = job.tries ?? 1;
  const spent = tries >= again.attempts || job.attempt >= fixedLimits.runs_per_job.value;
  if (spent) return end(job, context, 'Failed', { error });
  const retry_at = new Date(context.now.getTime() + retryPause(error, tries, again.jitter)).toISOString();
  const log = [...job.run.log, logEntry('run_failed', context)];
  const failure = { state: 'Failed' as const, completed_at: iso(context), error, retry_at, log };
  return write(
    job,
    context,
    [],
    {
      state: 'UploadComplete',
      attempt: job.attempt + 1,
      tries: tries + 1,
      queued_at: iso(context),
      retry_at,
      last_error: error,
      log: [],
    },
    {
      remove: [...runFacts],
      expect: { ...expectationOf(job), log_entries: job.run.log.length },
      slot: 'release',
      ended: endedRun(job, { ...job.run, ...failure }),
    },
  );
}

/** The pause before another run is over: from now on the job waits for a place like any other. */
export function becomeDue(job: Snapshot, context: TransitionContext): Decision {
  switch (job.state) {
    case 'UploadComplete': {
      if (job.run && !job.retry_at) return settled;
      const expect = { ...expectationOf(job), present: ['retry_at' as const] };
      const waits: JobPatch = { state: 'UploadComplete', queued_at: iso(context) };
      return write(job, context, ['requeued'], waits, { remove: ['retry_at'], expect });
    }
    case 'InProgress':
    case 'JobComplete':
    case 'Failed':
    case 'Aborted':
      return settled;
    case 'Open':
      return refused(job.state);
  }
}
