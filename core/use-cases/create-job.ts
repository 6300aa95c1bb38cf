import type { JobId, TenantId, WarehouseUser } from '../../contract/ids.ts';
import type { CreateJobBody } from '../../contract/jobs.ts';
import type { IdempotencyRecord, KeyUseIn, RequestRecord } from '../../contract/records.ts';
import type { Clock, Ids, JobStore } from '../ports.ts';
import { type Claim, assertSameRequest, rememberedUntil, stillRunning } from '../idempotency/claim.ts';
import type { Job } from '../jobs/job.ts';
import { keptUntil, type Retention } from '../jobs/retention.ts';
import { logEntry } from '../jobs/decide.ts';
import type { BacklogRoom } from '../rate-limit/backlog-room.ts';
import { quotaAt, quotaExceeded } from '../rate-limit/daily-quota.ts';
import type { AcceptLoadDeps } from './accept-load.ts';
import { type AcceptQueryDeps, type Accepted, acceptQuery } from './accept-query.ts';

export interface CreateJobDeps extends AcceptQueryDeps, AcceptLoadDeps {
  jobs: JobStore;
  clock: Clock;
  ids: Pick<Ids, 'jobId'>;
  retention: Retention;
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
  /** Of an export. */
  query: string | undefined;
  /** The same request came before with the same Idempotency-Key: this is its job, as it was then. */
  replayed: boolean;
}

/** Accepts a job: nothing is stored unless its options fit together, and what it asks for may be done. */
export async function createJob(deps: CreateJobDeps, command: CreateJobCommand): Promise<CreatedJob> {
  const { tenant_id, claim, body } = command;
  const accepted = await accept(deps, tenant_id, body);
  const now = deps.clock.now();
  const job_id = deps.ids.jobId(now);
  const job = newJob(command, job_id, accepted, now, deps.retention);
  const asUser = command.warehouse_user === undefined ? {} : { warehouse_user: command.warehouse_user };
  const request: RequestRecord = { type: 'request', tenant_id, job_id, ...accepted.request, ...asUser };
  const idempotency = claim && remember(claim, job, now);
  const quota = quotaAt(now, deps.jobsPerDay);
  if (request.start) await deps.backlogRoom.add(tenant_id);
  const created = await deps.jobs.create(job, request, { idempotency, quota });
  const query = body.operation === 'query' ? body.query : undefined;
  switch (created.outcome) {
    case 'created':
      return { job, query, replayed: false };
    case 'over_quota':
      throw quotaExceeded(quota, now);
    case 'key_used':
      return { job: firstJob(created.earlier, claim), query, replayed: true };
  }
}

async function accept(deps: CreateJobDeps, tenant: TenantId, body: CreateJobBody): Promise<Accepted> {
  if (body.operation === 'query') return acceptQuery(deps, body);
  // Most jobs are no loads: a cold start need not read what these take.
  const { acceptLoad } = await import('./accept-load.ts');
  return acceptLoad(deps, tenant, body);
}

function newJob(
  { tenant_id, by, body, warehouse_user }: CreateJobCommand,
  job_id: JobId,
  { facts, request: { start } }: Accepted,
  now: Date,
  retention: Retention,
): Job {
  const { object, tag, operation } = body;
  const at = now.toISOString();
  const common = {
    type: 'job' as const,
    tenant_id,
    job_id,
    operation,
    ...(object === undefined ? {} : { object }),
    ...(tag === undefined ? {} : { tag }),
    ...facts,
    // What a load leaves in the warehouse is cleared away there too.
    ...(facts.load && warehouse_user !== undefined && { warehouse_user }),
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
