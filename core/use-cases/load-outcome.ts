import type { JobEvent, LoadCounts } from '../jobs/change.ts';
import type { Run } from '../jobs/job.ts';
import type { LoadErrorCode } from '../load/errors.ts';
import { loadFailure } from '../load/failures.ts';
import { stepOf } from '../load/statement.ts';
import type { ResultStore, Telemetry, Warehouse } from '../ports.ts';
import { type RowsOfLoad, rowsManifestKey } from '../results/location.ts';
import { ManifestError, summarize } from '../results/manifest.ts';
import type { EndedStatement } from './finish-run.ts';

export interface LoadOutcomeDeps {
  warehouse: Pick<Warehouse, 'describe'>;
  results: Pick<ResultStore, 'manifest' | 'writeManifest' | 'files'>;
  telemetry: Telemetry;
}

/** What the end of a load's transaction means for its job. */
export async function loadOutcome(
  deps: LoadOutcomeDeps,
  { run, state, statement_id }: EndedStatement,
): Promise<JobEvent> {
  switch (state) {
    case 'FINISHED':
      return { type: 'loaded', counts: await countsOf(deps, run) };
    case 'ABORTED':
      return { type: 'statement_aborted' };
    case 'FAILED':
      return failed(deps, run, await deps.warehouse.describe(statement_id));
  }
}

async function failed(
  deps: LoadOutcomeDeps,
  run: Run,
  report: Awaited<ReturnType<Warehouse['describe']>>,
): Promise<JobEvent> {
  const step = report?.failed === undefined ? undefined : stepOf(report.failed);
  const failure = loadFailure(step, report?.error ?? 'The warehouse gave no reason.');
  switch (failure.kind) {
    case 'already_loaded':
      return loadedBefore(deps, run);
    case 'failed': {
      const counts = ofItsRows.has(failure.error.code) ? await countsOf(deps, run) : undefined;
      return { type: 'failed', error: failure.error, failed_rows: counts?.failed };
    }
  }
}

/** Of these, both files had been written. */
const ofItsRows: ReadonlySet<string> = new Set<LoadErrorCode>(['TOO_MANY_ROWS_REJECTED', 'ROWS_REJECTED']);

/** The job's load had been committed, though its run was taken for lost: by the latest run before this one that got to its rows. */
async function loadedBefore(deps: LoadOutcomeDeps, run: Run): Promise<JobEvent> {
  for (let attempt = run.attempt; attempt >= 1; attempt -= 1) {
    const counts = await countsOf(deps, { ...run, attempt });
    if (counts) return { type: 'loaded', counts, attempt };
  }
  deps.telemetry.warn('a load was committed, but its counts are lost', { ...run });
  return { type: 'loaded', counts: undefined };
}

/** undefined unless both files are there: a transaction that was committed had written both. */
async function countsOf(deps: LoadOutcomeDeps, run: Run): Promise<LoadCounts | undefined> {
  const [processed, failed] = await Promise.all([rowsOf(deps, run, 'good'), rowsOf(deps, run, 'failed')]);
  return processed === undefined || failed === undefined ? undefined : { processed, failed };
}

async function rowsOf(deps: LoadOutcomeDeps, run: Run, rows: RowsOfLoad): Promise<number | undefined> {
  const manifest = await deps.results.manifest(rowsManifestKey(run, rows));
  try {
    return manifest && summarize(manifest, 'CSV').rows;
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    deps.telemetry.warn('manifest does not add up', { ...run, cause: error.message });
    return undefined;
  }
}
