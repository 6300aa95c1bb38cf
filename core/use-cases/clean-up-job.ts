import type { JobKey } from '../jobs/job.ts';
import type { JobStore, ResultStore, Telemetry } from '../ports.ts';
import { jobPrefix } from '../results/location.ts';

export interface CleanUpDeps {
  jobs: Pick<JobStore, 'removeRequest'>;
  results: Pick<ResultStore, 'removeAll'>;
  telemetry: Telemetry;
}

/** A job's record is gone, expired or deleted: whatever else it left goes too. */
export async function cleanUpJob(deps: CleanUpDeps, job: JobKey): Promise<void> {
  const objects = await deps.results.removeAll(jobPrefix(job));
  await deps.jobs.removeRequest(job);
  deps.telemetry.info('job cleaned up', { tenant_id: job.tenant_id, job_id: job.job_id, objects });
}
