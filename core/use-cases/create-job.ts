import { type JobId, QueryHash, type TenantId } from '../../contract/ids.ts';
import type { CreateJobBody } from '../../contract/jobs.ts';
import type { IdempotencyRecord, RequestRecord } from '../../contract/records.ts';
import type { Clock, Hasher, Ids, JobStore } from '../ports.ts';
import type { Job } from '../jobs/job.ts';
import { keptUntil, type Retention } from '../jobs/retention.ts';
import { logEntry } from '../jobs/decide.ts';
import { ProblemError, invalidRequest } from '../problem-error.ts';
import { judgeQuery } from '../sql/guard.ts';
import { unloadOptionProblems } from '../sql/unload.ts';

export interface CreateJobDeps {
  jobs: JobStore;
  clock: Clock;
  ids: Ids;
  hasher: Hasher;
  retention: Retention;
  /** Largest file that an export may write, and does where the job does not say. */
  maxFileSizeMb: number;
}

export interface CreateJobCommand {
  tenant_id: TenantId;
  /** Who creates it, for the log. */
  by: string;
  body: CreateJobBody;
  idempotency_key?: string | undefined;
}

export interface CreatedJob {
  job: Job;
  query: string;
  /** The same request came before with the same Idempotency-Key: this is its job. */
  replayed: boolean;
}

const idempotencyHours = 24;

/** Accepts a job: nothing is stored unless its options fit together and its query may be exported. */
export async function createJob(deps: CreateJobDeps, command: CreateJobCommand): Promise<CreatedJob> {
  const { tenant_id } = command;
  const body = withFileSize(command.body, deps.maxFileSizeMb);
  assertExportable(body);
  const now = deps.clock.now();
  const job_id = deps.ids.jobId(now);
  const query_hash = hashOf(deps.hasher, body);
  const job = { ...newJob(command, job_id, body, now, deps.retention), query_hash };
  const { query, start, operation: _operation, object: _object, tag: _tag, ...options } = body;
  const request: RequestRecord = { type: 'request', tenant_id, job_id, query, query_hash, start, ...options };
  const idempotency =
    command.idempotency_key === undefined
      ? undefined
      : remember(deps.hasher, command, command.idempotency_key, job_id, now);
  const created = await deps.jobs.create(job, request, idempotency);
  if (created.outcome === 'created') return { job, query, replayed: false };
  return replay(deps.jobs, created.earlier, idempotency, query);
}

/** The same for what is the same work: the query, letter by letter, in the same format. */
const hashOf = (hasher: Hasher, { query, content_type, compression }: CreateJobBody): QueryHash =>
  QueryHash.parse(hasher.hash(query, content_type, compression).slice(0, 16));

function withFileSize(body: CreateJobBody, most: number): CreateJobBody {
  const max_file_size_mb = body.max_file_size_mb ?? most;
  if (max_file_size_mb <= most) return { ...body, max_file_size_mb };
  throw invalidRequest([{ pointer: '/max_file_size_mb', message: `at most ${most} here (see /limits)` }]);
}

function assertExportable(body: CreateJobBody): void {
  const verdict = judgeQuery(body.query);
  const problems = unloadOptionProblems(body, verdict.verdict === 'accepted' ? verdict : undefined);
  if (problems.length > 0) throw invalidRequest(problems);
  if (verdict.verdict === 'accepted') return;
  throw new ProblemError('QUERY_REFUSED', verdict.message, {
    hint: verdict.hint,
    reason: verdict.code,
    ...(verdict.position === undefined ? {} : { position: verdict.position }),
    errors: [{ pointer: '/query', message: verdict.message }],
  });
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

function remember(hasher: Hasher, command: CreateJobCommand, key: string, job_id: JobId, now: Date): IdempotencyRecord {
  return {
    type: 'idempotency',
    tenant_id: command.tenant_id,
    job_id,
    key_hash: hasher.hash(key),
    request_hash: hasher.hash(JSON.stringify(Object.entries(command.body).sort(([a], [b]) => (a < b ? -1 : 1)))),
    ttl: Math.ceil(now.getTime() / 1000) + idempotencyHours * 3600,
  };
}

async function replay(
  jobs: JobStore,
  earlier: IdempotencyRecord,
  asked: IdempotencyRecord | undefined,
  query: string,
): Promise<CreatedJob> {
  if (earlier.request_hash !== asked?.request_hash) {
    throw new ProblemError(
      'IDEMPOTENCY_KEY_REUSED',
      `The key was used to create job ${earlier.job_id} from another body.`,
    );
  }
  const job = await jobs.getLatest({ tenant_id: earlier.tenant_id, job_id: earlier.job_id });
  if (!job) throw new ProblemError('JOB_NOT_FOUND', `The job ${earlier.job_id} of this key has been deleted.`);
  return { job, query, replayed: true };
}
