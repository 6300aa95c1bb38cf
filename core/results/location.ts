import type { JobKey, Run } from '../jobs/job.ts';

/** Each run writes under a prefix of its own: a superseded run can never publish. */
export const runPrefix = (run: Run): string => `${jobPrefix(run)}${run.attempt}/`;

export const jobPrefix = (job: JobKey): string => `results/${job.tenant_id}/${job.job_id}/`;

/** UNLOAD puts its manifest right behind the prefix. */
export const manifestKey = (run: Run): string => `${runPrefix(run)}manifest`;

/** What became of the rows of a load: two files beside each other, each with a manifest behind its prefix as any UNLOAD has one. */
export type RowsOfLoad = 'good' | 'failed';
export const rowsPrefix = (run: Run, rows: RowsOfLoad): string => `${runPrefix(run)}${rows}`;
export const rowsManifestKey = (run: Run, rows: RowsOfLoad): string => `${rowsPrefix(run, rows)}manifest`;
