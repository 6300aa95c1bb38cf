import type { RunRecord } from '../../contract/records.ts';
import type { RunView } from '../../contract/runs.ts';
import type { Snapshot } from './change.ts';
import { type Job, type Run, runId } from './job.ts';

/** What is kept of a run when another follows it. */
export function endedRun(
  run: Pick<Snapshot, keyof Run | 'statement_id'>,
  facts: Omit<RunRecord, keyof Run | 'type' | 'statement_id'>,
): RunRecord {
  const { tenant_id, job_id, attempt, statement_id } = run;
  return { type: 'run', tenant_id, job_id, attempt, statement_id, ...facts };
}

/** A run as the API shows it: one that is kept, or the job's present one. */
export function viewRun(run: Job | RunRecord): RunView {
  const facts: Partial<Omit<RunRecord, 'type' | 'state'>> = run;
  return {
    run_id: runId(run),
    attempt: run.attempt,
    state: run.state,
    queued_at: facts.queued_at ?? null,
    started_at: facts.started_at ?? null,
    completed_at: facts.completed_at ?? null,
    wait_seconds: seconds(facts.queued_at, facts.started_at ?? facts.completed_at),
    duration_seconds: seconds(facts.started_at, facts.completed_at),
    statement_id: facts.statement_id ?? null,
    error: facts.error ?? null,
    retry_at: run.state === 'Failed' ? (facts.retry_at ?? null) : null,
    reason: facts.reason ?? null,
    cancelled_by: facts.cancelled_by ?? null,
  };
}

/** Seconds between two times, or null while one is missing; never negative, whatever clocks say. */
export const seconds = (from: string | undefined, to: string | undefined): number | null =>
  from === undefined || to === undefined ? null : Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;
