import type { LogEntry, LogEvent } from '../../contract/logs.ts';
import type { JobState } from '../../contract/jobs.ts';
import type { DesiredState } from '../../contract/records.ts';
import type { AutomaticRetry } from './automatic-retry.ts';
import type { Change, Decision, JobPatch, Snapshot } from './change.ts';
import { timedOut } from './failures.ts';
import { type Retention, keptUntil } from './retention.ts';

export interface TransitionContext {
  now: Date;
  retention: Retention;
  /** Who does it, for the log: the key of a caller, or a component of the service. */
  by: string;
  /** Absent where no run is begun without being asked for. */
  again?: AutomaticRetry | undefined;
}

export const settled: Decision = { kind: 'settled' };
export const refused = (state: JobState): Decision => ({ kind: 'refused', state });
export const unread: Decision = { kind: 'unread' };
export const iso = (context: TransitionContext): string => context.now.toISOString();

export const logEntry = (event: LogEvent, { now, by }: Pick<TransitionContext, 'now' | 'by'>): LogEntry => ({
  at: now.getTime(),
  event,
  by,
});

export const expectationOf = ({ state, attempt, desired_state }: Snapshot): Change['expect'] => ({
  state,
  attempt,
  desired_state,
});

export function write(
  job: Snapshot,
  context: TransitionContext,
  log: LogEvent[],
  set: JobPatch,
  rest: Partial<Change> = {},
): Decision {
  const { tenant_id, job_id } = job;
  const change: Change = {
    key: { tenant_id, job_id },
    expect: expectationOf(job),
    set: { ...set, updated_at: iso(context) },
    remove: [],
    append: log.map((event) => logEntry(event, context)),
    slot: 'keep',
    ...rest,
  };
  return { kind: 'change', change: { ...change, remove: change.remove.filter((name) => !(name in change.set)) } };
}

export function endAsDesired(job: Snapshot, desired: DesiredState, context: TransitionContext): Decision {
  switch (desired) {
    case 'Aborted':
      return end(job, context, 'Aborted', {});
    case 'Failed':
      return end(job, context, 'Failed', { error: timedOut });
  }
}

export function end(
  job: Snapshot,
  context: TransitionContext,
  state: 'JobComplete' | 'Failed' | 'Aborted',
  set: JobPatch,
  rest: Pick<Partial<Change>, 'slot' | 'estimate'> = {},
): Decision {
  const ending: JobPatch = {
    ...set,
    ...(job.statement_id ? { statement_id: job.statement_id } : {}),
    state,
    completed_at: iso(context),
    ...keptUntil(context.now, context.retention, state),
  };
  return write(job, context, [endings[state]], ending, {
    remove: ['desired_state', 'resubmit_at', 'retry_at', 'last_error'],
    slot: 'release',
    ...rest,
  });
}

const endings = { JobComplete: 'completed', Failed: 'failed', Aborted: 'aborted' } as const;
