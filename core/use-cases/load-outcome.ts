import type { JobEvent, LoadCounts } from '../jobs/change.ts';
import type { Run } from '../jobs/job.ts';
import { mapLoadFailure } from '../load/failures.ts';
import type { ResultStore, Telemetry, Warehouse } from '../ports.ts';
import { type RowsOfLoad, rowsManifestKey } from '../results/location.ts';
import { summarize } from '../results/manifest.ts';
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
  const failure = mapLoadFailure({
    statement: report?.failed,
    error: report?.error ?? 'The warehouse gave no reason.',
  });
  switch (failure.kind) {
    case 'already_loaded':
      return loadedBefore(deps, run);
    case 'rows_rejected': {
      const counts = await countsOf(deps, run);
      return { type: 'failed', error: failure.error(counts), failed_rows: counts?.failed };
    }
    case 'failed':
      return { type: 'failed', error: failure.error };
  }
}

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
  return manifest && summarize(manifest, 'CSV').rows;
}
