import type { Job, Run } from './job.ts';
import type { RunFacts, Snapshot } from './change.ts';

export function snapshotOf(job: Job): Snapshot {
  const { tenant_id, job_id, attempt, state } = job;
  const { queued_at, started_at, completed_at, error, reason, cancelled_by, log }: Partial<RunFacts> & Job = job;
  return {
    tenant_id,
    job_id,
    attempt,
    state,
    desired_state: job.state === 'InProgress' ? job.desired_state : undefined,
    statement_id: 'statement_id' in job ? job.statement_id : undefined,
    resubmit_at: 'resubmit_at' in job ? job.resubmit_at : undefined,
    retry_at: 'retry_at' in job ? job.retry_at : undefined,
    tries: job.tries,
    closed: job.load && job.uploads !== undefined,
    run: { queued_at, started_at, completed_at, error, reason, cancelled_by, log },
  };
}

/** What is assumed of a run that has news of its statement; the write proves it, or brings the job as it really is. */
export const assumeRunning = (run: Run, statement_id?: Snapshot['statement_id']): Snapshot => ({
  tenant_id: run.tenant_id,
  job_id: run.job_id,
  attempt: run.attempt,
  state: 'InProgress',
  statement_id,
});
