import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { JobId, TenantId } from '../../contract/ids.ts';
import type { ApiKeyRecord, EstimateRecord, IdempotencyRecord, TenantKeyRecord } from '../../contract/records.ts';
import { JobRecord, RequestRecord, type RunRecord, type TombstoneRecord } from '../../contract/records.ts';
import type { Job, JobKey, Run } from '../../core/jobs/job.ts';

export type Item = Record<string, AttributeValue>;

/** The sparse index of unfinished jobs, and what its partition key `unfinished` may be. Its sort key is `unfinished_order`. */
export const unfinishedIndex = 'unfinished';
export type Unfinished = 'WAITING' | 'RETRYING' | 'RUNNING';

const key = (pk: string, sk: string): Item => ({ pk: { S: pk }, sk: { S: sk } });

export const tenantPartition = (tenant: TenantId): string => `TENANT#${tenant}`;
/** Which keys a tenant has: for operators, out of the reach of every Lambda. */
export const tenantKeysPartition = (tenant: TenantId): string => `KEYS#${tenant}`;
export const jobPrefix = 'JOB#';
/** What the keys of a job's runs begin with. */
export const runsOf = (job: JobKey): string => `RUN#${job.job_id}#`;
export const admissionPartition = 'ADMISSION';

export const keys = {
  job: (job: JobKey) => key(tenantPartition(job.tenant_id), `${jobPrefix}${job.job_id}`),
  request: (job: JobKey) => key(tenantPartition(job.tenant_id), `REQUEST#${job.job_id}`),
  run: (run: Run) => key(tenantPartition(run.tenant_id), `${runsOf(run)}${String(run.attempt).padStart(4, '0')}`),
  tombstone: (job: JobKey) => key(tenantPartition(job.tenant_id), `TOMBSTONE#${job.job_id}`),
  estimate: (of: Pick<EstimateRecord, 'tenant_id' | 'query_hash'>) =>
    key(tenantPartition(of.tenant_id), `ESTIMATE#${of.query_hash}`),
  idempotency: (record: Pick<IdempotencyRecord, 'tenant_id' | 'key_hash'>) =>
    key(tenantPartition(record.tenant_id), `IDEMPOTENCY#${record.key_hash}`),
  quota: (tenant: TenantId, day: string, shard: number) => key(tenantPartition(tenant), `QUOTA#${day}#${shard}`),
  cluster: () => key(admissionPartition, 'CLUSTER'),
  tenant: (tenant: TenantId) => key(admissionPartition, `TENANT#${tenant}`),
  apiKey: (record: Pick<ApiKeyRecord, 'key_id'>) => key(`KEY#${record.key_id}`, 'KEY'),
  tenantKey: (record: Pick<TenantKeyRecord, 'tenant_id' | 'key_id'>) =>
    key(tenantKeysPartition(record.tenant_id), `KEY#${record.key_id}`),
};

/** WAITING: by tenant, first in first out within each. '#' sorts before all that a tenant id may contain, '~' after. */
export const waitingOrder = (job: JobKey & { queued_at: string }): string =>
  `${job.tenant_id}#${job.queued_at}#${job.job_id}`;
export const behindTenant = (tenant: TenantId): string => `${tenant}#~`;

/** RETRYING: by when the pause before the next run is over. */
export const retryingOrder = (job: { retry_at: string; job_id?: JobKey['job_id'] }): string =>
  `${job.retry_at}#${job.job_id ?? '~'}`;

/** A job that waits: for a place, or before that for the end of its pause. */
export const waitingEntry = (job: JobKey & { queued_at: string; retry_at?: string | undefined }) =>
  job.retry_at === undefined
    ? { unfinished: 'WAITING', unfinished_order: waitingOrder(job) }
    : { unfinished: 'RETRYING', unfinished_order: retryingOrder({ ...job, retry_at: job.retry_at }) };

/** RUNNING: longest running first. */
export const runningOrder = (job: JobKey & { started_at: string }): string => `${job.started_at}#${job.job_id}`;

export const values = (of: Record<string, unknown>): Item => marshall(of, { removeUndefinedValues: true });

function indexEntry(job: Job): Record<string, string> {
  switch (job.state) {
    case 'UploadComplete':
      return waitingEntry(job);
    case 'InProgress':
      return { unfinished: 'RUNNING', unfinished_order: runningOrder(job) };
    case 'Open':
    case 'JobComplete':
    case 'Failed':
    case 'Aborted':
      return {};
  }
}

export const items = {
  job: (job: Job): Item => ({ ...keys.job(job), ...values({ ...job, ...indexEntry(job) }) }),
  request: (request: RequestRecord): Item => ({ ...keys.request(request), ...values(request) }),
  run: (run: RunRecord): Item => ({ ...keys.run(run), ...values(run) }),
  tombstone: (record: TombstoneRecord): Item => ({ ...keys.tombstone(record), ...values(record) }),
  estimate: (record: EstimateRecord): Item => ({ ...keys.estimate(record), ...values(record) }),
  idempotency: (record: IdempotencyRecord): Item => ({ ...keys.idempotency(record), ...values(record) }),
  apiKey: (record: ApiKeyRecord): Item => ({ ...keys.apiKey(record), ...values(record) }),
  tenantKey: ({ tenant_id, key_id }: ApiKeyRecord): Item => {
    const record: TenantKeyRecord = { type: 'tenant_key', tenant_id, key_id };
    return { ...keys.tenantKey(record), ...values(record) };
  },
};

/** Reads an item as a record; an item that does not fit is an Error that names it and whose cause is the ZodError. */
export function read<Schema extends z.ZodType>(schema: Schema, item: Item): z.output<Schema> {
  const parsed = schema.safeParse(unmarshall(item));
  if (parsed.success) return parsed.data;
  throw new Error(`The item ${item.pk?.S ?? '?'} ${item.sk?.S ?? '?'} does not fit its schema`, {
    cause: parsed.error,
  });
}

export const readJob = (item: Item | undefined): Job | undefined => (item ? read(JobRecord, item) : undefined);

const keyAfter = (start: string) => (text: string) => text.slice(text.indexOf(start) + start.length);

/** The job that a key of the table names, as a page's last key does. */
export const jobOfKey = (item: Item): JobKey => ({
  tenant_id: TenantId.parse(keyAfter('TENANT#')(item.pk?.S ?? '')),
  job_id: JobId.parse(keyAfter(jobPrefix)(item.sk?.S ?? '')),
});

const texts = z.set(z.string()).default(new Set<string>());

/** A semaphore. `sk` is CLUSTER (holders are `<tenant>/<job>`) or `TENANT#<tenant>` (holders are job ids). */
export const AdmissionRecord = z.object({
  type: z.literal('admission'),
  sk: z.string(),
  holders: texts,
  waiting: z.set(TenantId).default(new Set<TenantId>()),
  last_tenant: TenantId.optional(),
});
export type AdmissionRecord = z.infer<typeof AdmissionRecord>;

const StreamRecord = z.discriminatedUnion('type', [JobRecord, RequestRecord, AdmissionRecord]);
export type StreamRecord = z.infer<typeof StreamRecord>;

const Typed = z.object({ type: z.string().optional() });

/** An image of the table's stream, as its record; undefined for an item of another kind than those that a stream is read for. */
export function readStreamImage(image: Readonly<Record<string, unknown>>): StreamRecord | undefined {
  const item = image as Item;
  switch (read(Typed, item).type) {
    case 'job':
    case 'request':
    case 'admission':
      return read(StreamRecord, item);
    default:
      return undefined;
  }
}
