import type { DeploymentName } from '../../contract/ids.ts';
import type { JobError } from '../../contract/jobs.ts';
import type { RequestRecord } from '../../contract/records.ts';
import { mapRedshiftError } from '../errors/redshift-error.ts';
import { type Applied, type ApplyDeps, applyEvent } from '../jobs/apply-event.ts';
import { outcomeMetrics } from '../jobs/outcome-metrics.ts';
import { type Job, type Run, isFinished, runId } from '../jobs/job.ts';
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

/** A run that is to get its statement. */
export interface Submission {
  run: Run;
  /** Where it is at hand: it never changes once the job was started. */
  request?: RequestRecord | undefined;
  /** The run was admitted before: a statement may have been submitted whose answer was lost. */
  repeated: boolean;
}

/**
 * Submits the statement of an admitted run and records its id. Safe to repeat: the run's id is the ClientToken, so Redshift
 * answers with the statement that it already has. A job that was cancelled meanwhile gets its statement cancelled here.
 */
export async function submitRun(deps: SubmitDeps, { run, request: given, repeated }: Submission): Promise<void> {
  const request = given ?? (await deps.jobs.getRequest(run));
  if (!request) {
    deps.telemetry.warn('request is gone', { ...run });
    return;
  }
  const asked = { run, request, repeated };
  const prepared = await prepare(deps, run, request);
  if (prepared.outcome === 'refused') return refuse(deps, asked, prepared.error);
  if (prepared.outcome === 'later') {
    leaveToTheSweep(deps, run, prepared.cause);
    return;
  }
  const submitted = await deps.warehouse.submit({
    sql: prepared.sql,
    token: runId(run),
    user: userOf(request),
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
      return refuse(deps, asked, mapRedshiftError(submitted.message));
  }
}

const userOf = (request: RequestRecord): string => request.warehouse_user ?? request.tenant_id;

/**
 * What can't be submitted now may have been submitted before: its table was dropped since, or a file of it deleted. A load that is
 * called Failed must not be one that was committed, so the statement is looked for. Of an export nothing is left but files.
 */
async function refuse(
  deps: SubmitDeps,
  { run, request, repeated }: Submission & { request: RequestRecord },
  error: JobError,
): Promise<void> {
  if (!repeated || request.operation === 'query') return fail(deps, run, error);
  const name = statementName({ deployment: deps.deployment, run, work: { kind: 'load' } });
  const found = await deps.warehouse.find({ name, user: userOf(request) });
  switch (found.outcome) {
    case 'found':
      return record(deps, run, found.statement_id);
    case 'none':
      return fail(deps, run, error);
    case 'later': {
      leaveToTheSweep(deps, run, found.cause);
      return;
    }
  }
}

const leaveToTheSweep = ({ telemetry }: SubmitDeps, run: Run, cause: string): void =>
  telemetry.warn('statement not taken for now; the sweep submits it again', { ...run, cause });

async function record(deps: SubmitDeps, run: Run, statement_id: Parameters<Warehouse['cancel']>[0]): Promise<void> {
  deps.telemetry.info('statement submitted', { ...run, statement_id });
  const applied = await applyEvent(deps, assumeRunning(run), { type: 'submitted', statement_id });
  const cancelled = applied.outcome === 'written' && applied.change.expect.desired_state !== undefined;
  if (cancelled || endedWithout(applied)) await deps.warehouse.cancel(statement_id);
}

/** The run was given up while it was being submitted: nobody would hear what its statement did. */
const endedWithout = (applied: Applied): boolean =>
  applied.outcome === 'settled' && isFinished(applied.state) && applied.job !== undefined && !hasStatement(applied.job);

const hasStatement = (job: Job): boolean => snapshotOf(job).statement_id !== undefined;

/** Ends a run that never got a statement. */
async function fail(deps: SubmitDeps, run: Run, error: JobError): Promise<void> {
  deps.telemetry.warn('run failed before it was submitted', { ...run, code: error.code });
  const applied = await applyEvent(deps, assumeRunning(run), { type: 'not_submitted', error });
  if (applied.outcome === 'written') deps.telemetry.count(outcomeMetrics(applied.change.set));
}

/** Submits again a run whose statement was never recorded: lost between admission and submission, or not taken at the time. */
export async function resubmitRun(deps: SubmitDeps, run: Run): Promise<void> {
  const job = await deps.jobs.getLatest(run);
  if (job?.attempt !== run.attempt) return;
  const now = snapshotOf(job);
  if (now.state === 'InProgress' && !now.statement_id) await submitRun(deps, { run, repeated: true });
}
