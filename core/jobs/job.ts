import type { JobId, RunId, TenantId } from '../../contract/ids.ts';
import { RunId as RunIdSchema } from '../../contract/ids.ts';
import type { JobState } from '../../contract/jobs.ts';
import type { JobRecord } from '../../contract/records.ts';

export type Job = JobRecord;
export type JobIn<State extends JobState> = Extract<Job, { state: State }>;

export interface JobKey {
  tenant_id: TenantId;
  job_id: JobId;
}

/** One execution of a job. */
export interface Run extends JobKey {
  attempt: number;
}

export const runId = (run: Pick<Run, 'job_id' | 'attempt'>): RunId => RunIdSchema.parse(`${run.job_id}.${run.attempt}`);

const finished: Readonly<Record<JobState, boolean>> = {
  Open: false,
  UploadComplete: false,
  InProgress: false,
  JobComplete: true,
  Failed: true,
  Aborted: true,
};

/** Terminal is final: no event changes a finished job. */
export const isFinished = (state: JobState): boolean => finished[state];
