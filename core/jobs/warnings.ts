import type { Warning } from '../../contract/warnings.ts';
import type { Job, JobIn } from './job.ts';

/** What a complete job should be looked at for: by its record alone, and only what is certainly so. */
export function warningsOf(job: Job): Warning[] {
  if (job.state !== 'JobComplete') return [];
  const warnings: Warning[] = [];
  if (job.load) return [...ofLoad(job), ...ofRuns(job)];
  if (job.rows === 0) {
    warnings.push({ code: 'EMPTY_RESULT', message: 'The query returned no rows.', affected_records: 0 });
  }
  if (job.single_file && job.files > 1) {
    const message = `One file was asked for, but the result is larger than max_file_size_mb: it is in ${job.files}.`;
    warnings.push({ code: 'RESULT_SPLIT', message, affected_records: job.rows });
  }
  return [...warnings, ...ofRuns(job)];
}

function ofRuns(job: JobIn<'JobComplete'>): Warning[] {
  if (job.tries === undefined) return [];
  const message = `The result is that of run ${job.attempt}: the warehouse failed ${job.tries - 1} before for a passing reason (see runs).`;
  return [{ code: 'RETRIED', message, affected_records: null }];
}

function ofLoad({ counted, failed_rows = 0 }: JobIn<'JobComplete'>): Warning[] {
  if (counted === false) {
    const message = 'The rows were loaded, but how many they were, and which were rejected, is lost.';
    return [{ code: 'COUNTS_LOST', message, affected_records: null }];
  }
  if (failed_rows === 0) return [];
  const message = `${failed_rows} ${failed_rows === 1 ? 'row was' : 'rows were'} rejected: failed-results says why.`;
  return [{ code: 'ROWS_REJECTED', message, affected_records: failed_rows }];
}
