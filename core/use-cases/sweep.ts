import type { StatementId, TenantId } from '../../contract/ids.ts';
import { type ApplyDeps, applyEvent } from '../jobs/apply-event.ts';
import { submissionLost } from '../jobs/failures.ts';
import { outcomeMetrics } from '../jobs/outcome-metrics.ts';
import { assumeRunning, snapshotOf } from '../jobs/snapshot.ts';
import type { Admission, Places, RunningJob, Telemetry, Warehouse } from '../ports.ts';
import type { JobKey } from '../jobs/job.ts';
import type { StatementWork } from '../jobs/statement-name.ts';
import { type FinishDeps, finishRun } from './finish-run.ts';

export interface SweepDeps extends ApplyDeps, FinishDeps {
  admission: Admission;
  warehouse: Pick<Warehouse, 'describe' | 'cancel'>;
  telemetry: Telemetry;
  graceSeconds: number;
  timeoutHours: number;
}

/** Redshift remembers a ClientToken for 8 hours: past that, submitting again could run a statement twice. */
const tokenHours = 7;
const pageSize = 100;
const mostPages = 50;
/** More than that many wait a minute longer. */
const mostDue = 500;

/**
 * The truth behind the events: what was lost is found here, once a minute. Runs whose end was not heard of are finished, runs
 * without a statement are submitted again, overlong ones stopped, places without a running job freed, jobs whose pause is over queued
 * again, waiting jobs woken.
 */
export async function sweep(deps: SweepDeps): Promise<void> {
  const found = { LostEventsFound: 0, RunsResubmitted: 0, LeakedSlotsReleased: 0, RunningJobs: 0, OverdueRuns: 0 };
  await eachRunning(deps.admission, async (run) => {
    found.RunningJobs += 1;
    if (secondsSince(deps, run.updated_at) < deps.graceSeconds) return;
    const outcome = await lookInto(deps, run);
    if (outcome === 'finished') found.LostEventsFound += 1;
    if (outcome === 'resubmitted') found.RunsResubmitted += 1;
    if (outcome === 'overdue') found.OverdueRuns += 1;
  });
  found.LeakedSlotsReleased = await freePlaces(deps, await deps.admission.places());
  const waiting = await wakeWaiting(deps, await requeue(deps));
  deps.telemetry.count({ ...found, ...waiting });
}

async function eachRunning(admission: Admission, visit: (run: RunningJob) => Promise<void>): Promise<void> {
  let after: RunningJob | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const runs = await admission.running(pageSize, after);
    for (const run of runs) await visit(run);
    after = runs.at(-1);
    if (runs.length < pageSize) return;
  }
}

async function lookInto(deps: SweepDeps, run: RunningJob): Promise<'finished' | 'resubmitted' | 'running' | 'overdue'> {
  if (!run.statement_id) return withoutStatement(deps, run);
  const report = await deps.warehouse.describe(run.statement_id);
  if (!report) {
    await lose(deps, run);
    return 'finished';
  }
  switch (report.state) {
    case 'FINISHED':
    case 'FAILED':
    case 'ABORTED': {
      const ended = { run, work: workOf(run), statement_id: run.statement_id, state: report.state };
      const applied = await finishRun(deps, ended);
      return applied.outcome === 'written' ? 'finished' : 'running';
    }
    case 'SUBMITTED':
    case 'PICKED':
    case 'STARTED':
      return stopIfDue(deps, run, run.statement_id);
  }
}

const workOf = ({ operation, content_type }: RunningJob): StatementWork =>
  operation === 'query' ? { kind: 'export', content_type } : { kind: 'load' };

async function lose(deps: SweepDeps, run: RunningJob): Promise<void> {
  const applied = await applyEvent(deps, assumeRunning(run, run.statement_id), {
    type: 'failed',
    error: submissionLost,
  });
  if (applied.outcome === 'written') deps.telemetry.count(outcomeMetrics(applied.change.set));
}

async function withoutStatement(deps: SweepDeps, run: RunningJob): Promise<'finished' | 'resubmitted'> {
  if (secondsSince(deps, run.started_at) > tokenHours * 3600) {
    await lose(deps, run);
    return 'finished';
  }
  const job = await deps.jobs.getLatest(run);
  if (job?.attempt === run.attempt) await applyEvent(deps, snapshotOf(job), { type: 'resubmit' });
  return 'resubmitted';
}

async function stopIfDue(deps: SweepDeps, run: RunningJob, statement_id: StatementId): Promise<'running' | 'overdue'> {
  const overdue = secondsSince(deps, run.started_at) > deps.timeoutHours * 3600;
  if (run.desired_state) {
    await deps.warehouse.cancel(statement_id);
  } else if (overdue) {
    const stop = { type: 'stop', to: 'Failed', by: 'service', reason: 'time limit' } as const;
    await applyEvent(deps, assumeRunning(run, statement_id), stop);
  }
  return overdue ? 'overdue' : 'running';
}

/** A place and its job's run begin and end in one transaction; this is the proof, or the repair. */
async function freePlaces(deps: SweepDeps, places: Places): Promise<number> {
  const holders = new Map<string, JobKey>();
  for (const holder of [...places.cluster, ...places.tenants])
    holders.set(`${holder.tenant_id}/${holder.job_id}`, holder);
  let freed = 0;
  for (const holder of holders.values()) {
    const job = await deps.jobs.getLatest(holder);
    if (job?.state === 'InProgress') continue;
    await deps.admission.release(holder);
    freed += 1;
  }
  return freed;
}

/** Jobs whose pause before another run is over wait for a place from now on; returns their tenants. */
async function requeue(deps: SweepDeps): Promise<Set<TenantId>> {
  const tenants = new Set<TenantId>();
  for (const run of await deps.admission.due(deps.clock.now(), mostDue)) {
    await applyEvent(deps, { ...run, state: 'UploadComplete' }, { type: 'due' });
    tenants.add(run.tenant_id);
  }
  return tenants;
}

/** `tenants` are woken in any case. */
async function wakeWaiting(
  deps: SweepDeps,
  tenants: Set<TenantId>,
): Promise<{ WaitingJobs: number; OldestWaitingJobSeconds: number }> {
  let jobs = 0;
  let oldest = 0;
  let after: Awaited<ReturnType<Admission['waiting']>>[number] | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const waiting = await deps.admission.waiting(pageSize, after);
    for (const job of waiting) {
      const age = secondsSince(deps, job.queued_at);
      oldest = Math.max(oldest, age);
      if (age >= deps.graceSeconds) tenants.add(job.tenant_id);
    }
    jobs += waiting.length;
    after = waiting.at(-1);
    if (waiting.length < pageSize) break;
  }
  if (tenants.size > 0) await deps.admission.markWaiting([...tenants], deps.clock.now());
  return { WaitingJobs: jobs, OldestWaitingJobSeconds: Math.round(oldest) };
}

const secondsSince = (deps: Pick<SweepDeps, 'clock'>, at: string): number =>
  (deps.clock.now().getTime() - Date.parse(at)) / 1000;
