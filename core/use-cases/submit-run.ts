import type { DeploymentName } from '../../contract/ids.ts';
import type { JobError } from '../../contract/jobs.ts';
import type { RequestRecord } from '../../contract/records.ts';
import { mapRedshiftError } from '../errors/redshift-error.ts';
import { type ApplyDeps, applyEvent } from '../jobs/apply-event.ts';
import { outcomeMetrics } from '../jobs/outcome-metrics.ts';
import { type Run, runId } from '../jobs/job.ts';
import { assumeRunning, snapshotOf } from '../jobs/snapshot.ts';
import { statementName } from '../jobs/statement-name.ts';
import type { ResultStore, Telemetry, Warehouse } from '../ports.ts';
import { runPrefix } from '../results/location.ts';
import { judgeQuery } from '../sql/guard.ts';
import { buildUnload } from '../sql/unload.ts';

export interface SubmitDeps extends ApplyDeps {
  warehouse: Warehouse;
  results: Pick<ResultStore, 'url'>;
  telemetry: Telemetry;
  deployment: DeploymentName;
  unloadRole: string;
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
  const verdict = judgeQuery(request.query);
  if (verdict.verdict === 'refused') return fail(deps, run, refusedQuery(verdict));
  const submitted = await deps.warehouse.submit({
    sql: buildUnload({ ...request, sql: verdict.sql, to: deps.results.url(runPrefix(run)), iam_role: deps.unloadRole }),
    token: runId(run),
    user: request.warehouse_user ?? run.tenant_id,
    name: statementName({
      ...run,
      deployment: deps.deployment,
      content_type: request.content_type,
      query_hash: request.query_hash,
    }),
  });
  switch (submitted.outcome) {
    case 'submitted':
      return record(deps, run, submitted.statement_id);
    case 'later':
      deps.telemetry.warn('statement not taken for now; the sweep submits it again', {
        ...run,
        cause: submitted.cause,
      });
      return;
    case 'refused':
      return fail(deps, run, mapRedshiftError(submitted.message));
  }
}

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

function refusedQuery(verdict: Extract<ReturnType<typeof judgeQuery>, { verdict: 'refused' }>): JobError {
  return {
    code: 'QUERY_REFUSED',
    category: 'validation',
    message: `${verdict.message} (${verdict.code})`,
    retryable: false,
    details: verdict.position === undefined ? {} : { position: verdict.position },
  };
}

/** Submits again a run whose statement was never recorded: lost between admission and submission, or not taken at the time. */
export async function resubmitRun(deps: SubmitDeps, run: Run): Promise<void> {
  const job = await deps.jobs.getLatest(run);
  if (job?.attempt !== run.attempt) return;
  const now = snapshotOf(job);
  if (now.state === 'InProgress' && !now.statement_id) await submitRun(deps, run);
}
