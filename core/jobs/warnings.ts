import type { Warning } from '../../contract/warnings.ts';
import type { Job } from './job.ts';

/** What a complete job should be looked at for: by its record alone, and only what is certainly so. */
export function warningsOf(job: Job): Warning[] {
  if (job.state !== 'JobComplete') return [];
  const warnings: Warning[] = [];
  if (job.rows === 0) {
    warnings.push({ code: 'EMPTY_RESULT', message: 'The query returned no rows.', affected_records: 0 });
  }
  if (job.single_file && job.files > 1) {
    const message = `One file was asked for, but the result is larger than max_file_size_mb: it is in ${job.files}.`;
    warnings.push({ code: 'RESULT_SPLIT', message, affected_records: job.rows });
  }
  if (job.tries !== undefined) {
    const message = `The result is that of run ${job.attempt}: the warehouse failed ${job.tries - 1} before for a passing reason (see runs).`;
    warnings.push({ code: 'RETRIED', message, affected_records: null });
  }
  return warnings;
}
