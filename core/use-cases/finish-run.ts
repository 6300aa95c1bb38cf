import type { StatementEnd } from '../../contract/events.ts';
import type { QueryHash, StatementId } from '../../contract/ids.ts';
import type { ContentType } from '../../contract/formats.ts';
import type { JobError } from '../../contract/jobs.ts';
import { inUsersWords, mapRedshiftError } from '../errors/redshift-error.ts';
import { type ApplyDeps, type Applied, applyEvent } from '../jobs/apply-event.ts';
import { resultLost } from '../jobs/failures.ts';
import type { Run } from '../jobs/job.ts';
import { assumeRunning } from '../jobs/snapshot.ts';
import type { JobEvent } from '../jobs/change.ts';
import { outcomeMetrics } from '../jobs/outcome-metrics.ts';
import type { ResultStore, Telemetry, Warehouse } from '../ports.ts';
import { manifestKey, runPrefix } from '../results/location.ts';
import { ManifestError, summarize } from '../results/manifest.ts';
import { judgeQuery } from '../sql/guard.ts';

export interface FinishDeps extends ApplyDeps {
  warehouse: Pick<Warehouse, 'describe'>;
  results: Pick<ResultStore, 'manifest' | 'writeManifest' | 'files'>;
  telemetry: Telemetry;
}

export interface EndedStatement {
  run: Run;
  content_type: ContentType;
  /** Known by the statement's name; the sweep, which has not got that, leaves no estimate. */
  query_hash?: QueryHash | undefined;
  statement_id: StatementId;
  state: StatementEnd;
}

/**
 * A statement has ended: so does its run, and its places are free. Told by the event or found by the sweep, once or more often, in
 * any order: the first one writes, for the others the job has ended already.
 */
export async function finishRun(deps: FinishDeps, ended: EndedStatement): Promise<Applied> {
  const event = await outcomeOf(deps, ended);
  const applied = await applyEvent(deps, assumeRunning(ended.run, ended.statement_id), event);
  const facts = { ...ended.run, statement_id: ended.statement_id, statement: ended.state, outcome: applied.outcome };
  deps.telemetry.info('statement ended', facts);
  if (applied.outcome === 'written') deps.telemetry.count(outcomeMetrics(applied.change.set));
  return applied;
}

async function outcomeOf(deps: FinishDeps, ended: EndedStatement): Promise<JobEvent> {
  switch (ended.state) {
    case 'FINISHED':
      return exported(deps, ended);
    case 'FAILED': {
      const report = await deps.warehouse.describe(ended.statement_id);
      const error = mapRedshiftError(report?.error ?? 'The warehouse gave no reason.');
      return { type: 'failed', error: await asSent(deps, ended.run, error) };
    }
    case 'ABORTED':
      return { type: 'statement_aborted' };
  }
}

/** A position in what was unloaded becomes one in the query as it was sent, or none where it lies in what was put around it. */
async function asSent(deps: FinishDeps, run: Run, error: JobError): Promise<JobError> {
  if (error.details.position === undefined) return error;
  const request = await deps.jobs.getRequest(run);
  const verdict = request && judgeQuery(request.query);
  return inUsersWords(error, request?.query ?? '', verdict?.verdict === 'accepted' ? verdict : undefined);
}

async function exported(deps: FinishDeps, { run, content_type, query_hash }: EndedStatement): Promise<JobEvent> {
  try {
    const manifest = await deps.results.manifest(manifestKey(run));
    if (manifest) return { type: 'exported', ...summarize(manifest, content_type), query_hash };
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    deps.telemetry.warn('manifest does not add up', { ...run, cause: error.message });
    return { type: 'failed', error: resultLost };
  }
  return withoutManifest(deps, run);
}

/**
 * JSON and Parquet leave nothing at all for zero rows: an empty manifest makes the result a result. A run that is over gets none:
 * its files may have been cleaned up already, and nobody would do so again.
 */
async function withoutManifest(deps: FinishDeps, run: Run): Promise<JobEvent> {
  const files = await deps.results.files(runPrefix(run));
  if (files.length > 0) return { type: 'failed', error: resultLost };
  const job = await deps.jobs.getLatest(run);
  if (job?.state === 'InProgress' && job.attempt === run.attempt)
    await deps.results.writeManifest(manifestKey(run), { entries: [] });
  return { type: 'exported', rows: 0, bytes: 0, files: 0 };
}
