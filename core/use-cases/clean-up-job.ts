import { uploadPrefix } from '../load/upload-keys.ts';
import type { Job, JobKey, Run } from '../jobs/job.ts';
import { tombstoneOf } from '../jobs/retention.ts';
import type { JobStore, ResultStore, Telemetry } from '../ports.ts';
import { jobPrefix, runPrefix } from '../results/location.ts';
import { dropMarker, type DropMarkerDeps } from './drop-marker.ts';

export interface CleanUpDeps extends DropMarkerDeps {
  jobs: Pick<JobStore, 'bury' | 'removeRequest' | 'removeRun'>;
  results: Pick<ResultStore, 'removeAll'>;
  telemetry: Telemetry;
}

/**
 * A job's record is gone: whatever else it left goes too. Of one that has expired a tombstone stays; who deleted a job wants
 * nothing of it kept.
 */
export async function cleanUpJob(deps: CleanUpDeps, job: Job, why: 'expired' | 'deleted'): Promise<void> {
  const tombstone = why === 'expired' ? tombstoneOf(job) : undefined;
  if (tombstone) await deps.jobs.bury(tombstone);
  const results = await deps.results.removeAll(jobPrefix(job));
  const objects = results + (job.load ? await deps.results.removeAll(uploadPrefix(job)) : 0);
  // Of a complete load it went when that was complete.
  if (job.load && job.state !== 'JobComplete') await dropMarker(deps, job);
  await deps.jobs.removeRequest(job);
  for (let attempt = 1; attempt < job.attempt; attempt += 1) await deps.jobs.removeRun({ ...job, attempt });
  deps.telemetry.info('job cleaned up', { tenant_id: job.tenant_id, job_id: job.job_id, objects });
}

/** A run ended without a result: what its statement had written before it stopped is nobody's, and goes. */
export async function cleanUpRun(deps: Pick<CleanUpDeps, 'results' | 'telemetry'>, run: Run): Promise<void> {
  const objects = await deps.results.removeAll(runPrefix(run));
  const { tenant_id, job_id, attempt } = run;
  deps.telemetry.info('run cleaned up', { tenant_id, job_id, attempt, objects });
}

/** A load was cancelled before it was closed: nobody will ever ask for what was uploaded. */
export async function cleanUpUploads(deps: Pick<CleanUpDeps, 'results' | 'telemetry'>, job: JobKey): Promise<void> {
  const objects = await deps.results.removeAll(uploadPrefix(job));
  deps.telemetry.info('uploads cleaned up', { tenant_id: job.tenant_id, job_id: job.job_id, objects });
}
