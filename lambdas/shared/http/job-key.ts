import type { JobKey } from '../../../core/jobs/job.ts';

/** Which job is meant: the tenant is the credential's, never the path's. */
export const keyOf = (request: { caller: Pick<JobKey, 'tenant_id'>; params: Pick<JobKey, 'job_id'> }): JobKey => ({
  tenant_id: request.caller.tenant_id,
  job_id: request.params.job_id,
});
