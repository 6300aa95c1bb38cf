import type { JobView } from '../contract/jobs.ts';
import { type Job, type JobKey, isFinished } from '../core/jobs/job.ts';
import { pollSeconds } from '../core/jobs/poll-interval.ts';
import { viewJob } from '../core/jobs/view.ts';
import { abortJob, deleteJob, startJob } from '../core/use-cases/change-job.ts';
import { createJob } from '../core/use-cases/create-job.ts';
import { listJobs, readJob, readQuery } from '../core/use-cases/read-jobs.ts';
import { readFile, readResults } from '../core/use-cases/read-results.ts';
import { composeJobsApi } from './shared/compose.ts';
import { empty, json } from './shared/http/respond.ts';
import { type Answers, serve } from './shared/http/serve.ts';

const deps = composeJobsApi();

/** Which job is meant: the tenant is the credential's, never the path's. */
const keyOf = (request: { caller: Pick<JobKey, 'tenant_id'>; params: Pick<JobKey, 'job_id'> }): JobKey => ({
  tenant_id: request.caller.tenant_id,
  job_id: request.params.job_id,
});

/** A job that still moves says when to look again. */
function answerJob(status: number, job: Job, view: JobView, headers: Record<string, string> = {}) {
  const waits = !isFinished(job.state) && job.state !== 'Open';
  const retryAfter = waits ? { 'retry-after': String(pollSeconds(job.created_at, deps.clock.now())) } : {};
  return json(status, view, { ...retryAfter, ...headers });
}

const answers: Answers<
  | 'createJob'
  | 'listJobs'
  | 'getJob'
  | 'patchJob'
  | 'abortJob'
  | 'deleteJob'
  | 'deleteJobByPost'
  | 'getResults'
  | 'getFile'
> = {
  createJob: async ({ caller, body, headers, base }) => {
    const { job, query, replayed } = await createJob(deps, {
      tenant_id: caller.tenant_id,
      body,
      idempotency_key: headers['idempotency-key'],
    });
    const view = viewJob(job, base, query);
    const replay = replayed ? { 'idempotency-replayed': 'true' } : {};
    return answerJob(body.start ? 202 : 201, job, view, { location: view.status_url, ...replay });
  },
  listJobs: async ({ caller, query, base }) => {
    const page = await listJobs(deps.jobs, { tenant_id: caller.tenant_id, ...query });
    return json(200, { jobs: page.jobs.map((job) => viewJob(job, base)), next_cursor: page.next_cursor });
  },
  getJob: async (request) => {
    const job = await readJob(deps.jobs, keyOf(request));
    const query = request.query.include === 'query' ? await readQuery(deps.jobs, keyOf(request)) : undefined;
    return answerJob(200, job, viewJob(job, request.base, query));
  },
  patchJob: async (request) => {
    const { body } = request;
    const job =
      body.state === 'UploadComplete'
        ? await startJob(deps, keyOf(request))
        : await abortJob(deps, keyOf(request), request.caller.key_id, body.reason);
    return answerJob(200, job, viewJob(job, request.base));
  },
  abortJob: async (request) => {
    const job = await abortJob(deps, keyOf(request), request.caller.key_id);
    return answerJob(200, job, viewJob(job, request.base));
  },
  deleteJob: async (request) => {
    await deleteJob(deps, keyOf(request));
    return empty(204);
  },
  deleteJobByPost: async (request) => {
    await deleteJob(deps, keyOf(request));
    return empty(204);
  },
  getResults: async (request) => {
    const { limit, cursor } = request.query;
    const results = await readResults(deps, {
      key: keyOf(request),
      limit,
      after: cursor === undefined ? 0 : Number(cursor),
      base: request.base,
    });
    return json(200, results);
  },
  getFile: async (request) => {
    const file = await readFile(deps, keyOf(request), request.params.n);
    return empty(307, { location: file.url });
  },
};

export const handler = serve(answers, deps);
