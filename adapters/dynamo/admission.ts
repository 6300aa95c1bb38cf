import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { QueryCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { JobId, StatementId, TenantId } from '../../contract/ids.ts';
import { ContentType } from '../../contract/formats.ts';
import { Operation } from '../../contract/jobs.ts';
import { DesiredState } from '../../contract/records.ts';
import type { JobKey, Run } from '../../core/jobs/job.ts';
import type { Change } from '../../core/jobs/change.ts';
import type { Admission, AdmissionLimits, AdmitOutcome, Places, RunningJob, WaitingJob } from '../../core/ports.ts';
import { changeExpression } from './change-expression.ts';
import { type Backoff, type Refusal, backoff, refusals, retryConflicts } from './conflicts.ts';
import type { DynamoOptions } from './job-store.ts';
import { acquire, clusterUpdate, giveBack, tenantSet } from './places.ts';
import {
  AdmissionRecord,
  type Item,
  type Unfinished,
  admissionPartition,
  behindTenant,
  read,
  readJob,
  retryingOrder,
  runningOrder,
  unfinishedIndex,
  waitingOrder,
} from './records.ts';

const Waiting = z.object({ tenant_id: TenantId, job_id: JobId, attempt: z.int(), queued_at: z.string() });
const Due = Waiting.omit({ queued_at: true });
const Running = z.object({
  tenant_id: TenantId,
  job_id: JobId,
  attempt: z.int(),
  operation: Operation,
  content_type: ContentType,
  started_at: z.string(),
  updated_at: z.string(),
  statement_id: StatementId.optional(),
  desired_state: DesiredState.optional(),
});

/** Of 1 MB each: far more than all tenants of a table can fill. */
const mostPages = 100;

/** The semaphores in the single table: one item for the cluster, one per tenant; the waiting and the running by the sparse index. */
export class DynamoAdmission implements Admission {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #backoff: Backoff;

  constructor(options: DynamoOptions) {
    this.#client = options.client;
    this.#table = options.table;
    this.#backoff = options.backoff ?? backoff;
  }

  async admit(change: Change, limits: AdmissionLimits, mode: 'fresh' | 'turn'): Promise<AdmitOutcome> {
    if (change.slot !== 'acquire') throw new Error('Only a change that takes a place is admitted');
    const job = { Update: { TableName: this.#table, ...changeExpression(change) } };
    const writes = [job, ...acquire(this.#table, change.key, limits, mode)];
    try {
      await retryConflicts(this.#backoff, () =>
        this.#client.send(new TransactWriteItemsCommand({ TransactItems: writes })),
      );
      return { outcome: 'written' };
    } catch (error) {
      const refused = refusals(error);
      if (!refused) throw error;
      return whyNotAdmitted(refused, mode);
    }
  }

  async markWaiting(tenants: TenantId[], now: Date): Promise<void> {
    if (tenants.length === 0) return;
    const values = { ...tenantSet(tenants), ':now': { S: now.toISOString() } };
    await this.#updateCluster({ set: 'poked_at = :now', rest: 'ADD waiting :tenants' }, values);
  }

  async unmarkWaiting(tenants: TenantId[]): Promise<void> {
    if (tenants.length === 0) return;
    await this.#updateCluster({ rest: 'DELETE waiting :tenants' }, tenantSet(tenants));
  }

  async #updateCluster(...expression: [{ set?: string; rest: string }, Item]): Promise<void> {
    const update = clusterUpdate(this.#table, ...expression);
    await retryConflicts(this.#backoff, () => this.#client.send(new UpdateItemCommand(update)));
  }

  async places(): Promise<Places> {
    const records = await this.#admissionRecords();
    const cluster = records.find((record) => record.sk === 'CLUSTER');
    return {
      cluster: [...(cluster?.holders ?? [])].map(jobOfClusterHolder),
      tenants: records.filter((record) => record !== cluster).flatMap(jobsOfTenant),
      waiting: [...(cluster?.waiting ?? [])],
      last_tenant: cluster?.last_tenant,
    };
  }

  async #admissionRecords(): Promise<AdmissionRecord[]> {
    const records: AdmissionRecord[] = [];
    let last: Item | undefined;
    for (let pages = 0; pages < mostPages; pages++) {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'pk = :admission',
          ExpressionAttributeValues: { ':admission': { S: admissionPartition } },
          ConsistentRead: true,
          ExclusiveStartKey: last,
        }),
      );
      records.push(...(page.Items ?? []).map((item) => read(AdmissionRecord, item)));
      last = page.LastEvaluatedKey;
      if (!last) return records;
    }
    throw new Error(`More than ${mostPages} pages of semaphores`);
  }

  async release(job: JobKey): Promise<void> {
    const writes = giveBack(this.#table, job);
    await retryConflicts(this.#backoff, () =>
      this.#client.send(new TransactWriteItemsCommand({ TransactItems: writes })),
    );
  }

  async nextWaiting(after: { tenant_id: TenantId } | WaitingJob | undefined): Promise<WaitingJob | undefined> {
    const behind = after && ('job_id' in after ? waitingOrder(after) : behindTenant(after.tenant_id));
    const [item] = await this.#unfinished('WAITING', 1, behind);
    return item && read(Waiting, item);
  }

  async waiting(limit: number, after?: WaitingJob): Promise<WaitingJob[]> {
    const found = await this.#unfinished('WAITING', limit, after && waitingOrder(after));
    return found.map((item) => read(Waiting, item));
  }

  async due(now: Date, limit: number): Promise<Run[]> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: unfinishedIndex,
        KeyConditionExpression: 'unfinished = :kind AND unfinished_order <= :now',
        ExpressionAttributeValues: {
          ':kind': { S: 'RETRYING' satisfies Unfinished },
          ':now': { S: retryingOrder({ retry_at: now.toISOString() }) },
        },
        Limit: limit,
      }),
    );
    return Items.map((item) => read(Due, item));
  }

  async running(limit: number, after?: RunningJob): Promise<RunningJob[]> {
    const found = await this.#unfinished('RUNNING', limit, after && runningOrder(after));
    return found.map((item) => read(Running, item));
  }

  /** At most `limit` items, fewer only when there are no more. */
  async #unfinished(kind: Unfinished, limit: number, behind: string | undefined): Promise<Item[]> {
    const found: Item[] = [];
    let last: Item | undefined;
    for (let pages = 0; pages < mostPages; pages++) {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: unfinishedIndex,
          KeyConditionExpression: `unfinished = :kind${behind === undefined ? '' : ' AND unfinished_order > :behind'}`,
          ExpressionAttributeValues: {
            ':kind': { S: kind },
            ...(behind === undefined ? {} : { ':behind': { S: behind } }),
          },
          Limit: limit - found.length,
          ExclusiveStartKey: last,
        }),
      );
      found.push(...(page.Items ?? []));
      last = page.LastEvaluatedKey;
      if (!last || found.length >= limit) return found;
    }
    throw new Error(`More than ${mostPages} pages of unfinished jobs`);
  }
}

/** In the order in which the reasons matter: the job itself, then the cluster (nobody else has a place), then its tenant. */
function whyNotAdmitted([job, tenant, cluster]: Refusal[], mode: 'fresh' | 'turn'): AdmitOutcome {
  if (job?.refused) return { outcome: 'stale', job: readJob(job.item) };
  if (cluster?.refused) {
    const othersWait = mode === 'fresh' && cluster.item?.waiting !== undefined;
    return { outcome: 'full', scope: othersWait ? 'turn' : 'cluster' };
  }
  if (tenant?.refused) return { outcome: 'full', scope: 'tenant' };
  throw new Error('None of the three conditions of an admission was refused');
}

function jobOfClusterHolder(holder: string): JobKey {
  const [tenant, job] = holder.split('/');
  return { tenant_id: TenantId.parse(tenant), job_id: JobId.parse(job) };
}

function jobsOfTenant(record: AdmissionRecord): JobKey[] {
  const tenant_id = TenantId.parse(record.sk.replace(/^TENANT#/, ''));
  return [...record.holders].map((holder) => ({ tenant_id, job_id: JobId.parse(holder) }));
}
