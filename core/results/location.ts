import type { JobKey, Run } from '../jobs/job.ts';

/** Each run writes under a prefix of its own: a superseded run can never publish. */
export const runPrefix = (run: Run): string => `${jobPrefix(run)}${run.attempt}/`;

export const jobPrefix = (job: JobKey): string => `results/${job.tenant_id}/${job.job_id}/`;

/** UNLOAD puts its manifest right behind the prefix. */
export const manifestKey = (run: Run): string => `${runPrefix(run)}manifest`;
