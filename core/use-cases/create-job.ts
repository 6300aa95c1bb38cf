import { type JobId, QueryHash, type TenantId, type WarehouseUser } from '../../contract/ids.ts';
import type { CreateJobBody, ExportOptions } from '../../contract/jobs.ts';
import type { IdempotencyRecord, KeyUseIn, RequestRecord } from '../../contract/records.ts';
import type { Clock, Hasher, Ids, JobStore } from '../ports.ts';
import { type Claim, assertSameRequest, rememberedUntil, stillRunning } from '../idempotency/claim.ts';
import type { Job } from '../jobs/job.ts';
import { keptUntil, type Retention } from '../jobs/retention.ts';
import { logEntry } from '../jobs/decide.ts';
import { invalidRequest } from '../problem-error.ts';
import type { BacklogRoom } from '../rate-limit/backlog-room.ts';
import { quotaAt, quotaExceeded } from '../rate-limit/daily-quota.ts';
import { queryRefused } from '../sql/query-refused.ts';
import { judgeQuery } from '../sql/guard.ts';
import { unloadOptionProblems } from '../sql/unload.ts';

export interface CreateJobDeps {
  jobs: JobStore;
  clock: Clock;
  hasher: Hasher;
  ids: Pick<Ids, 'jobId'>;
  retention: Retention;
  /** Largest file that an export may write, and does where the job does not say. */
  maxFileSizeMb: number;
  /** Jobs that a tenant may create a day. */
  jobsPerDay: number;
  backlogRoom: Pick<BacklogRoom, 'add'>;
}

export interface CreateJobCommand {
  tenant_id: TenantId;
  /** Who creates it, for the log. */
  by: string;
  body: CreateJobBody;
  /** Of the Idempotency-Key, where one was sent. */
  claim?: Claim | undefined;
  /** Of the credential: as whom the job's statements run, where tenants have users of their own. */
  warehouse_user?: WarehouseUser | undefined;
}

export interface CreatedJob {
  job: Job;
  query: string;
  /** The same request came before with the same Idempotency-Key: this is its job, as it was then. */
  replayed: boolean;
}

/** Accepts a job: nothing is stored unless its options fit together and its query may be exported. */
export async function createJob(deps: CreateJobDeps, command: CreateJobCommand): Promise<CreatedJob> {
  const { tenant_id } = command;
  const body = withFileSize(command.body, deps.maxFileSizeMb);
  assertExportable(body);
  const now = deps.clock.now();
  const job_id = deps.ids.jobId(now);
  const query_hash = hashOf(deps.hasher, body);
  const job = { ...newJob(command, job_id, body, now, deps.retention), query_hash };
  const asUser = command.warehouse_user === undefined ? {} : { warehouse_user: command.warehouse_user };
  const { query, start, operation: _operation, object: _object, tag: _tag, ...options } = body;
  const request: RequestRecord = {
    type: 'request',
    tenant_id,
    job_id,
    query,
    query_hash,
    start,
    ...options,
    ...asUser,
  };
  const { claim } = command;
  const idempotency = claim && remember(claim, job, now);
  const quota = quotaAt(now, deps.jobsPerDay);
  if (start) await deps.backlogRoom.add(tenant_id);
  const created = await deps.jobs.create(job, request, { idempotency, quota });
  switch (created.outcome) {
    case 'created':
      return { job, query, replayed: false };
    case 'over_quota':
      throw quotaExceeded(quota, now);
    case 'key_used':
      return { job: firstJob(created.earlier, claim), query, replayed: true };
  }
}

/** The same for what is the same work: the query, letter by letter, in the same format. */
const hashOf = (hasher: Hasher, { query, content_type, compression }: CreateJobBody): QueryHash =>
  QueryHash.parse(hasher.hash(query, content_type, compression).slice(0, 16));

function withFileSize(body: CreateJobBody, most: number): CreateJobBody {
  const max_file_size_mb = body.max_file_size_mb ?? most;
  if (max_file_size_mb <= most) return { ...body, max_file_size_mb };
  throw invalidRequest([{ pointer: '/max_file_size_mb', message: `at most ${most} here (see /limits)` }]);
}

/** `at` is where the options stand in the body. @throws ProblemError when the options don't fit together, or the query may not be exported */
export function assertExportable(body: Pick<CreateJobBody, 'query'> & ExportOptions, at = ''): void {
  const verdict = judgeQuery(body.query);
  const problems = unloadOptionProblems(body, verdict.verdict === 'accepted' ? verdict : undefined);
  if (problems.length > 0)
    throw invalidRequest(
      problems.map(({ pointer, message }) => ({ pointer: pointer === '/query' ? pointer : at + pointer, message })),
    );
  if (verdict.verdict === 'refused') throw queryRefused(verdict);
}

function newJob(
  { tenant_id, by }: Pick<CreateJobCommand, 'tenant_id' | 'by'>,
  job_id: JobId,
  body: CreateJobBody,
  now: Date,
  retention: Retention,
): Job {
  const { query: _query, start, object, tag, operation, ...options } = body;
  const at = now.toISOString();
  const common = {
    type: 'job' as const,
    tenant_id,
    job_id,
    operation,
    ...(object === undefined ? {} : { object }),
    ...(tag === undefined ? {} : { tag }),
    ...options,
    attempt: 1,
    created_at: at,
    updated_at: at,
    log: (start ? (['created', 'started'] as const) : (['created'] as const)).map((event) =>
      logEntry(event, { now, by }),
    ),
  };
  return start
    ? { ...common, state: 'UploadComplete', queued_at: at }
    : { ...common, state: 'Open', ...keptUntil(now, retention, 'Open') };
}

/** The answer to the first request is rebuilt from the job as it was, and from the query that every repeat brings along. */
const remember = (claim: Claim, job: Job, now: Date): KeyUseIn<'created'> => ({
  type: 'idempotency',
  phase: 'created',
  ...claim,
  job,
  ttl: rememberedUntil(now),
});

function firstJob(earlier: IdempotencyRecord, claim: Claim | undefined): Job {
  if (!claim) throw new Error('A request without an Idempotency-Key met one');
  assertSameRequest(earlier, claim);
  if (earlier.phase !== 'created') throw stillRunning(1);
  return earlier.job;
}
