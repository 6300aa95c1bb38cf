import type { StoredAnswer } from '../contract/records.ts';
import type { RouteName, routes } from '../contract/routes.ts';
import type { UploadRouteName } from '../contract/upload-routes.ts';
import { canonical } from '../core/idempotency/canonical.ts';
import type { Turn } from '../core/idempotency/once.ts';
import type { Job, JobKey } from '../core/jobs/job.ts';
import { resultLocation, viewJob } from '../core/jobs/view.ts';
import { abortJob, deleteJob, startJob } from '../core/use-cases/change-job.ts';
import { awaitJob } from '../core/use-cases/await-job.ts';
import { createJob } from '../core/use-cases/create-job.ts';
import { listJobs, readQuery } from '../core/use-cases/read-jobs.ts';
import { readProgress } from '../core/use-cases/read-progress.ts';
import { readLog } from '../core/use-cases/read-log.ts';
import { type Asked, readLoadRows } from '../core/use-cases/read-load-rows.ts';
import { readFile, readResults } from '../core/use-cases/read-results.ts';
import { abortInTurn, attemptOf, deleteInTurn, retryInTurn } from '../core/use-cases/keyed-verbs.ts';
import { listRuns } from '../core/use-cases/retry-job.ts';
import { composeJobsApi } from './shared/compose.ts';
import { answerOnce, asReplay, claimFor } from './shared/http/idempotency-key.ts';
import { keyOf } from './shared/http/job-key.ts';
import type { RequestOf } from './shared/http/parse-request.ts';
import { empty, json } from './shared/http/respond.ts';
import { type Answers, serve } from './shared/http/serve.ts';

const deps = composeJobsApi();

/** The caller is who acts: the job's log says so. */
const actingAs = ({ caller }: { caller: { key_id: string } }) => ({ ...deps, by: caller.key_id });

/** Weak: the same job reads the same, but poll_interval follows the clock. */
const etagOf = (job: Job): string => `W/"${deps.hasher.hash(canonical(job)).slice(0, 32)}"`;

const knows = (ifNoneMatch: string | undefined, job: Job): boolean =>
  ifNoneMatch?.split(',').some((etag) => etag.trim() === etagOf(job)) ?? false;

/** A job that still moves says when to look again. */
function answerJob(
  status: number,
  job: Job,
  base: string,
  headers: Record<string, string> = {},
  { now = deps.clock.now(), ...shown }: Parameters<typeof viewJob>[2] & { now?: Date } = {},
): StoredAnswer {
  const view = viewJob(job, { base, now }, shown);
  const retryAfter: Record<string, string> = view.poll_interval
    ? { 'retry-after': String(view.poll_interval.recommended) }
    : {};
  const location: Record<string, string> = status === 200 || status === 303 ? {} : { location: view.status_url };
  return json(status, view, { ...retryAfter, etag: etagOf(job), ...location, ...headers });
}

type Verb = 'abortJob' | 'retryJob' | 'deleteJobByPost';

/** A verb that is done once for each Idempotency-Key. */
function inTurn(
  request: RequestOf<(typeof routes)[Verb]>,
  run: (key: JobKey, turn: Turn) => Promise<StoredAnswer>,
): Promise<StoredAnswer> {
  const key = keyOf(request);
  return answerOnce(deps, request, { attempt: attemptOf(deps, key), run: (turn) => run(key, turn) });
}

async function getJob(request: RequestOf<(typeof routes)['getJob']>): Promise<StoredAnswer> {
  const { query, headers, base } = request;
  const key = keyOf(request);
  const seen = headers['if-none-match'];
  let first: string | undefined;
  const known = (job: Job): boolean =>
    seen === undefined ? (first ??= etagOf(job)) === etagOf(job) : knows(seen, job);
  const job = await awaitJob(deps, { key, seconds: query.wait, known });
  const asked = new Set(query.include?.split(','));
  // Progress goes on while the record stays as it is.
  const observed = asked.has('progress') && job.state === 'InProgress';
  if (knows(seen, job) && !observed) return empty(304, { etag: etagOf(job) });
  const shown = {
    query: asked.has('query') ? await readQuery(deps.jobs, key) : undefined,
    progress: observed ? await readProgress(deps, job) : undefined,
  };
  const location = query.redirect === 'true' ? resultLocation(job, base) : null;
  return location === null ? answerJob(200, job, base, {}, shown) : answerJob(303, job, base, { location }, shown);
}

const answers: Answers<Exclude<RouteName, UploadRouteName | 'runQuery' | 'getHealth' | 'getLimits' | 'getOpenApi'>> = {
  createJob: async (request) => {
    const { body, base, caller } = request;
    const command = {
      tenant_id: caller.tenant_id,
      by: caller.key_id,
      body,
      claim: claimFor(deps.hasher, request),
      warehouse_user: caller.warehouse_user,
    };
    const { job, query, replayed } = await createJob(deps, command);
    // As of its creation, so that a repeat is answered with the very same bytes.
    const answer = answerJob(job.state === 'Open' ? 201 : 202, job, base, {}, { query, now: new Date(job.created_at) });
    return replayed ? asReplay(answer) : answer;
  },
  listJobs: async ({ caller, query, base }) => {
    const { limit, cursor, created_after, created_before, is_finished, ...same } = query;
    const filter = { ...same, is_finished: is_finished === undefined ? undefined : is_finished === 'true' };
    const range = { limit, cursor, created_after, created_before };
    const page = await listJobs(deps, { tenant_id: caller.tenant_id, ...range, filter });
    const now = deps.clock.now();
    return json(200, { jobs: page.jobs.map((job) => viewJob(job, { base, now })), next_cursor: page.next_cursor });
  },
  getJob,
  patchJob: async (request) => {
    const { body } = request;
    if (body.state === 'UploadComplete') await deps.backlogRoom.add(request.caller.tenant_id);
    const job =
      body.state === 'UploadComplete'
        ? await startJob(actingAs(request), keyOf(request))
        : await abortJob(actingAs(request), keyOf(request), request.caller.key_id, body.reason);
    return answerJob(200, job, request.base);
  },
  abortJob: (request) =>
    inTurn(request, async (key, turn) =>
      answerJob(200, await abortInTurn(actingAs(request), key, request.caller.key_id, turn), request.base),
    ),
  retryJob: (request) =>
    inTurn(request, async (key, turn) => {
      await deps.backlogRoom.add(key.tenant_id);
      return answerJob(202, await retryInTurn(actingAs(request), key, turn), request.base);
    }),
  listRuns: async (request) => {
    const key = keyOf(request);
    return json(200, { job_id: key.job_id, runs: await listRuns(deps, key) });
  },
  readLog: async (request) => json(200, await readLog(deps, { key: keyOf(request), ...request.query })),
  deleteJob: async (request) => {
    await deleteJob(deps, keyOf(request));
    return empty(204);
  },
  deleteJobByPost: (request) =>
    inTurn(request, async (key, turn) => {
      await deleteInTurn(deps, key, turn);
      return empty(204);
    }),
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
  getSuccessfulResults: (request) => rowsOf('successful', request),
  getFailedResults: (request) => rowsOf('failed', request),
  getUnprocessedResults: (request) => rowsOf('unprocessed', request),
};

/** Where the rows of a kind are, if there are any. */
async function rowsOf(
  asked: Asked,
  request: RequestOf<(typeof routes)['getFailedResults' | 'getSuccessfulResults' | 'getUnprocessedResults']>,
): Promise<StoredAnswer> {
  const found = await readLoadRows(deps, { key: keyOf(request), asked, n: request.query.file });
  return found ? empty(307, { location: found.url }) : empty(204);
}

export const handler = serve(answers, deps);
