import type { DeploymentName } from '../../contract/ids.ts';
import type { JobError } from '../../contract/jobs.ts';
import type { RequestRecord } from '../../contract/records.ts';
import { mapRedshiftError } from '../errors/redshift-error.ts';
import { type ApplyDeps, applyEvent } from '../jobs/apply-event.ts';
import { outcomeMetrics } from '../jobs/outcome-metrics.ts';
import { type Run, runId } from '../jobs/job.ts';
import { assumeRunning, snapshotOf } from '../jobs/snapshot.ts';
import { statementName } from '../jobs/statement-name.ts';
import type { Telemetry, Warehouse } from '../ports.ts';
import { type PrepareExportDeps, type Prepared, prepareExport } from './prepare-export.ts';
import type { PrepareLoadDeps } from './prepare-load.ts';

export interface SubmitDeps extends ApplyDeps, PrepareExportDeps, PrepareLoadDeps {
  warehouse: Warehouse;
  telemetry: Telemetry;
  deployment: DeploymentName;
}

async function prepare(deps: SubmitDeps, run: Run, request: RequestRecord): Promise<Prepared> {
  if (request.operation === 'query') return prepareExport(deps, run, request);
  // Most jobs are no loads: a cold start need not read what these take.
  const { prepareLoad } = await import('./prepare-load.ts');
  return prepareLoad(deps, run, request);
}

/**
 * Submits the statement of an admitted run and records its id. Safe to repeat: the run's id is the ClientToken, so Redshift
 * answers with the statement that it already has. A job that was cancelled meanwhile gets its statement cancelled here.
 */
export async function submitRun(deps: SubmitDeps, run: Run, given?: RequestRecord): Promise<void> {
  const request = given ?? (await deps.jobs.getRequest(run));
  if (!request) {
    deps.telemetry.warn('request is gone', { ...run });
    return;
  }
  const prepared = await prepare(deps, run, request);
  if (prepared.outcome === 'refused') return fail(deps, run, prepared.error);
  if (prepared.outcome === 'later') {
    leaveToTheSweep(deps, run, prepared.cause);
    return;
  }
  const submitted = await deps.warehouse.submit({
    sql: prepared.sql,
    token: runId(run),
    user: request.warehouse_user ?? run.tenant_id,
    name: statementName({ deployment: deps.deployment, run, work: prepared.work }),
  });
  switch (submitted.outcome) {
    case 'submitted':
      return record(deps, run, submitted.statement_id);
    case 'later': {
      leaveToTheSweep(deps, run, submitted.cause);
      return;
    }
    case 'refused':
      return fail(deps, run, mapRedshiftError(submitted.message));
  }
}

const leaveToTheSweep = ({ telemetry }: SubmitDeps, run: Run, cause: string): void =>
  telemetry.warn('statement not taken for now; the sweep submits it again', { ...run, cause });

async function record(deps: SubmitDeps, run: Run, statement_id: Parameters<Warehouse['cancel']>[0]): Promise<void> {
  deps.telemetry.info('statement submitted', { ...run, statement_id });
  const applied = await applyEvent(deps, assumeRunning(run), { type: 'submitted', statement_id });
  if (applied.outcome !== 'written') return;
  if (applied.change.expect.desired_state) await deps.warehouse.cancel(statement_id);
}

/** Ends a run that never got a statement. */
async function fail(deps: SubmitDeps, run: Run, error: JobError): Promise<void> {
  deps.telemetry.warn('run failed before it was submitted', { ...run, code: error.code });
  const applied = await applyEvent(deps, assumeRunning(run), { type: 'failed', error });
  if (applied.outcome === 'written') deps.telemetry.count(outcomeMetrics(applied.change.set));
}

/** Submits again a run whose statement was never recorded: lost between admission and submission, or not taken at the time. */
export async function resubmitRun(deps: SubmitDeps, run: Run): Promise<void> {
  const job = await deps.jobs.getLatest(run);
  if (job?.attempt !== run.attempt) return;
  const now = snapshotOf(job);
  if (now.state === 'InProgress' && !now.statement_id) await submitRun(deps, run);
}
