import { fixedLimits } from '../../contract/limits.ts';
import type { JobKey } from '../jobs/job.ts';

/** Where the files of a load lie. */
export const uploadPrefix = (job: JobKey): string => `uploads/${job.tenant_id}/${job.job_id}/`;

/** Four digits: COPY takes a key for a prefix, and none is a prefix of another. */
export const uploadKey = (job: JobKey, file: number): string => uploadPrefix(job) + String(file).padStart(4, '0');

/** The number of a file of the job; undefined for anything else that lies there. */
export function fileOf(job: JobKey, key: string): number | undefined {
  const file = Number(key.slice(uploadPrefix(job).length));
  const known = Number.isInteger(file) && file >= 1 && file <= fixedLimits.files_per_load.value;
  return known && key === uploadKey(job, file) ? file : undefined;
}
