import type { JobError } from '../../contract/jobs.ts';
import { inUsersWords, mapRedshiftError } from '../errors/redshift-error.ts';
import type { JobEvent } from '../jobs/change.ts';
import { resultLost } from '../jobs/failures.ts';
import type { Run } from '../jobs/job.ts';
import type { StatementWork } from '../jobs/statement-name.ts';
import type { JobStore, ResultStore, Telemetry, Warehouse } from '../ports.ts';
import { manifestKey, runPrefix } from '../results/location.ts';
import { ManifestError, summarize } from '../results/manifest.ts';
import { judgeQuery } from '../sql/guard.ts';
import type { EndedStatement } from './finish-run.ts';

export interface ExportOutcomeDeps {
  jobs: JobStore;
  warehouse: Pick<Warehouse, 'describe'>;
  results: Pick<ResultStore, 'manifest' | 'writeManifest' | 'files'>;
  telemetry: Telemetry;
}

interface EndedExport extends EndedStatement {
  work: Extract<StatementWork, { kind: 'export' }>;
}

/** What the end of an UNLOAD means for its job. */
export async function exportOutcome(deps: ExportOutcomeDeps, ended: EndedExport): Promise<JobEvent> {
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
async function asSent(deps: ExportOutcomeDeps, run: Run, error: JobError): Promise<JobError> {
  if (error.details.position === undefined) return error;
  const request = await deps.jobs.getRequest(run);
  const query = request?.operation === 'query' ? request.query : '';
  const verdict = judgeQuery(query);
  return inUsersWords(error, query, verdict.verdict === 'accepted' ? verdict : undefined);
}

async function exported(
  deps: ExportOutcomeDeps,
  { run, work: { content_type, query_hash } }: EndedExport,
): Promise<JobEvent> {
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
async function withoutManifest(deps: ExportOutcomeDeps, run: Run): Promise<JobEvent> {
  const files = await deps.results.files(runPrefix(run));
  if (files.length > 0) return { type: 'failed', error: resultLost };
  const job = await deps.jobs.getLatest(run);
  if (job?.state === 'InProgress' && job.attempt === run.attempt)
    await deps.results.writeManifest(manifestKey(run), { entries: [] });
  return { type: 'exported', rows: 0, bytes: 0, files: 0 };
}
