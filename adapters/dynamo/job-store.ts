import type { DynamoDBClient, TransactWriteItem, Update } from '@aws-sdk/client-dynamodb';
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { TenantId } from '../../contract/ids.ts';
import {
  EstimateRecord,
  IdempotencyRecord,
  type PinnedUpload,
  RequestRecord,
  RunRecord,
  TombstoneRecord,
} from '../../contract/records.ts';
import type { Job, JobKey, Run } from '../../core/jobs/job.ts';
import type { Change } from '../../core/jobs/change.ts';
import type { Clock, CreateExtras, CreateOutcome, JobStore, ListPage, Page, WriteOutcome } from '../../core/ports.ts';
import { listQuery } from './list-query.ts';
import { type ConditionalUpdate, changeExpression } from './change-expression.ts';
import { type Backoff, backoff, refusals, retryConflicts } from './conflicts.ts';
import { claimKey } from './idempotency.ts';
import { giveBack } from './places.ts';
import { QuotaShards, countJob } from './quota.ts';
import { type Item, items, jobOfKey, keys, read, readJob, runsOf, tenantPartition, values } from './records.ts';

export interface DynamoOptions {
  client: DynamoDBClient;
  table: string;
  /** Between attempts that met another transaction; default 8 attempts, up to 0.8 s apart. */
  backoff?: Backoff;
}

/** Pages that one filtered list reads at most; what is not read then is left to the next page. */
const listPages = 10;

/** Jobs in the single table. Errors are those of the SDK, after its own three attempts and those of the backoff. */
export class DynamoJobStore implements JobStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #shards = new QuotaShards();

  constructor(options: DynamoOptions & { clock: Clock }) {
    this.#client = options.client;
    this.#table = options.table;
    this.#clock = options.clock;
    this.#backoff = options.backoff ?? backoff;
  }

  async create(job: Job, request: RequestRecord, { idempotency, quota }: CreateExtras = {}): Promise<CreateOutcome> {
    const absent = 'attribute_not_exists(pk)';
    const put = (item: Item): TransactWriteItem => ({
      Put: { TableName: this.#table, Item: item, ConditionExpression: absent },
    });
    const writes = [put(items.job(job)), put(items.request(request))];
    if (idempotency) writes.push({ Put: claimKey(this.#table, idempotency, this.#clock.now()) });
    if (!quota) return this.#create(writes, idempotency !== undefined);
    const { shards, full } = this.#shards.toTry(job, quota);
    for (const shard of shards) {
      const counted = [...writes, countJob(this.#table, job, quota, shard)];
      const created = await this.#create(counted, idempotency !== undefined);
      if (created.outcome !== 'over_quota') return created;
      full(shard);
    }
    return { outcome: 'over_quota' };
  }

  async #create(writes: TransactWriteItem[], keyed: boolean): Promise<CreateOutcome> {
    try {
      await this.#transact(writes);
      return { outcome: 'created' };
    } catch (error) {
      const [, , ...refused] = refusals(error) ?? [];
      const key = keyed ? refused.shift() : undefined;
      if (key?.refused && key.item) return { outcome: 'key_used', earlier: read(IdempotencyRecord, key.item) };
      if (refused[0]?.refused) return { outcome: 'over_quota' };
      throw error;
    }
  }

  async get(key: JobKey): Promise<Job | undefined> {
    return readJob(await this.#item(keys.job(key), false));
  }

  async getLatest(key: JobKey): Promise<Job | undefined> {
    return readJob(await this.#item(keys.job(key), true));
  }

  async getRequest(key: JobKey): Promise<RequestRecord | undefined> {
    const early = await this.#request(key, false);
    // It changes once, when a load is closed: whatever else is found is as it will ever be.
    if (early && (early.operation === 'query' || early.uploads)) return early;
    return this.#request(key, true);
  }

  async #request(key: JobKey, latest: boolean): Promise<RequestRecord | undefined> {
    const item = await this.#item(keys.request(key), latest);
    return item && read(RequestRecord, item);
  }

  async #item(key: Item, latest: boolean): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.#table, Key: key, ConsistentRead: latest });
    return (await this.#client.send(command)).Item;
  }

  async list(tenant: TenantId, page: ListPage): Promise<Page<Job>> {
    const { from = '', before = '~' } = page.ids ?? {};
    if (from >= before) return { items: [], after: undefined };
    const found: Job[] = [];
    const query = listQuery(this.#table, tenant, page);
    let last = page.after && keys.job(page.after);
    for (let pages = 0; pages < listPages; pages++) {
      const read = await this.#client.send(new QueryCommand({ ...query, ExclusiveStartKey: last }));
      const jobs = (read.Items ?? []).flatMap((item) => readJob(item) ?? []);
      // BETWEEN includes its upper end.
      found.push(...jobs.filter((job) => job.job_id < before));
      last = read.LastEvaluatedKey;
      if (!last || found.length >= page.limit) break;
    }
    const items = found.slice(0, page.limit);
    const cut = found.length > items.length ? items.at(-1) : undefined;
    return { items, after: cut ? { tenant_id: cut.tenant_id, job_id: cut.job_id } : last && jobOfKey(last) };
  }

  async write(change: Change): Promise<WriteOutcome> {
    const update = { TableName: this.#table, ...changeExpression(change) };
    const { ended, estimate, pinned } = change;
    const also = [...(ended ? [items.run(ended)] : []), ...(estimate ? [items.estimate(estimate)] : [])];
    const kept: TransactWriteItem[] = also.map((item) => ({ Put: { TableName: this.#table, Item: item } }));
    if (pinned) kept.push({ Update: pinUploads(this.#table, change.key, pinned) });
    switch (change.slot) {
      case 'keep':
        return this.#unlessStale(() =>
          kept.length > 0
            ? this.#transact([inTransaction(update), ...kept])
            : this.#client.send(new UpdateItemCommand(update)),
        );
      case 'release':
        return this.#unlessStale(() =>
          this.#transact([inTransaction(update), ...giveBack(this.#table, change.key), ...kept]),
        );
      case 'acquire':
        throw new Error('A change that takes a place goes through Admission.admit');
    }
  }

  async listRuns(key: JobKey): Promise<RunRecord[]> {
    const { Items } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :tenant AND begins_with(sk, :runs)',
        ExpressionAttributeValues: { ':tenant': { S: tenantPartition(key.tenant_id) }, ':runs': { S: runsOf(key) } },
        ScanIndexForward: false,
        ConsistentRead: true,
      }),
    );
    return (Items ?? []).map((item) => read(RunRecord, item));
  }

  async removeRun(run: Run): Promise<void> {
    await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key: keys.run(run) }));
  }

  async remove(key: JobKey, attempt: number): Promise<WriteOutcome> {
    const sameAttempt = 'attempt = :attempt';
    const hasEnded = '#state IN (:complete, :failed, :aborted)';
    const command = new DeleteItemCommand({
      TableName: this.#table,
      Key: keys.job(key),
      ConditionExpression: `${sameAttempt} AND ${hasEnded}`,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':attempt': { N: String(attempt) },
        ':complete': { S: 'JobComplete' satisfies Job['state'] },
        ':failed': { S: 'Failed' satisfies Job['state'] },
        ':aborted': { S: 'Aborted' satisfies Job['state'] },
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    return this.#unlessStale(() => this.#client.send(command));
  }

  async estimate(of: Pick<EstimateRecord, 'tenant_id' | 'query_hash'>): Promise<EstimateRecord | undefined> {
    const item = await this.#item(keys.estimate(of), false);
    return item && read(EstimateRecord, item);
  }

  async bury(tombstone: TombstoneRecord): Promise<void> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: items.tombstone(tombstone),
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    try {
      await this.#client.send(command);
    } catch (error) {
      if (!refusals(error)) throw error;
    }
  }

  async tombstone(key: JobKey): Promise<TombstoneRecord | undefined> {
    const item = await this.#item(keys.tombstone(key), false);
    return item && read(TombstoneRecord, item);
  }

  async removeRequest(key: JobKey): Promise<void> {
    await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key: keys.request(key) }));
  }

  #transact(writes: TransactWriteItem[]): Promise<unknown> {
    return retryConflicts(this.#backoff, () =>
      this.#client.send(new TransactWriteItemsCommand({ TransactItems: writes })),
    );
  }

  /** The job's own condition is the first of the call. */
  async #unlessStale(write: () => Promise<unknown>): Promise<WriteOutcome> {
    try {
      await retryConflicts(this.#backoff, write);
      return { outcome: 'written' };
    } catch (error) {
      const refusal = refusals(error)?.[0];
      if (!refusal?.refused) throw error;
      return { outcome: 'stale', job: readJob(refusal.item) };
    }
  }
}

/** Once: the job's own condition lets one closing through, and a load is closed once. The record of this write starts it. */
const pinUploads = (table: string, job: JobKey, uploads: PinnedUpload[]): Update => ({
  TableName: table,
  Key: keys.request(job),
  ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(uploads)',
  UpdateExpression: 'SET uploads = :uploads, #start = :start',
  ExpressionAttributeNames: { '#start': 'start' },
  ExpressionAttributeValues: values({ ':uploads': uploads, ':start': true }),
});

const inTransaction = (update: ConditionalUpdate & { TableName: string }): TransactWriteItem => ({
  Update: { ...update, UpdateExpression: update.UpdateExpression },
});
