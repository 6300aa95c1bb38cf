import type { Progress } from '../../contract/progress.ts';
import type { Job, JobIn } from '../jobs/job.ts';
import { type Basis, viewProgress } from '../jobs/progress.ts';
import { seconds } from '../jobs/run-history.ts';
import type { Clock, JobStore, ResultStore } from '../ports.ts';
import { manifestKey, runPrefix } from '../results/location.ts';

export interface ProgressDeps {
  jobs: Pick<JobStore, 'get' | 'estimate'>;
  results: Pick<ResultStore, 'glimpse'>;
  clock: Clock;
}

/**
 * How far a job is, for who asks for it: while it runs one page of its files is listed and the last complete job of the same query
 * read (two reads of 0.5 RCU). Otherwise its record says all.
 */
export async function readProgress(deps: ProgressDeps, job: Job): Promise<Progress> {
  // A load's files are what was rejected and what not: they say nothing of how far it is.
  if (job.state !== 'InProgress' || job.load) return viewProgress(job);
  const [written, basis] = await Promise.all([
    deps.results.glimpse(runPrefix(job), manifestKey(job)),
    basisOf(deps, job),
  ]);
  return viewProgress(job, { now: deps.clock.now(), written, basis });
}

/** Only what was complete before this run began: another basis half-way could make the percentage fall. */
async function basisOf(deps: ProgressDeps, job: JobIn<'InProgress'>): Promise<Basis | undefined> {
  const { tenant_id, query_hash } = job;
  const estimate = query_hash === undefined ? undefined : await deps.jobs.estimate({ tenant_id, query_hash });
  const earlier = estimate && (await deps.jobs.get({ tenant_id, job_id: estimate.job_id }));
  if (earlier?.state !== 'JobComplete' || earlier.completed_at > job.started_at) return undefined;
  return { bytes: earlier.bytes, seconds: seconds(earlier.started_at, earlier.completed_at) ?? 0 };
}
