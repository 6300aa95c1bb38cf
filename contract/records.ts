import * as z from 'zod';
import { JobId, KeyId, QueryHash, StatementId, TenantId, WarehouseUser } from './ids.ts';
import { ExportOptions, JobError, Operation, Uploads } from './jobs.ts';
import { LoadOperation, LoadOptions, ObjectName } from './load.ts';
import { LogEntry } from './logs.ts';
import { Permission } from './service.ts';

const Timestamp = z.iso.datetime({ precision: 3 });
const EpochSeconds = z.int().min(0);

const kept = { expires_at: Timestamp, ttl: EpochSeconds };
const queued = { queued_at: Timestamp };
const started = { ...queued, started_at: Timestamp };

/** Why the run before this one failed, where the service itself began this one. */
const again = { last_error: JobError.optional() };

/** How a running job is to end once its statement has really stopped: cancelled by a client, or failed by its time limit. */
export const DesiredState = z.enum(['Aborted', 'Failed']);
export type DesiredState = z.infer<typeof DesiredState>;

/** What a load was asked for, as far as its state shows it; the rest is in its request. */
export const LoadFacts = LoadOptions.pick({ line_ending: true, max_errors: true, all_or_nothing: true }).extend({
  external_id_field: z.array(z.string()).optional(),
});
export type LoadFacts = z.infer<typeof LoadFacts>;

const common = z.object({
  type: z.literal('job'),
  tenant_id: TenantId,
  job_id: JobId,
  operation: Operation,
  object: z.string().optional(),
  tag: z.string().optional(),
  ...ExportOptions.shape,
  load: LoadFacts.optional().describe('Of every job that is no query'),
  uploads: Uploads.optional().describe('Of a load that was closed'),
  in_parts: z.boolean().optional().describe('Of a load whose client has begun an upload in parts'),
  warehouse_user: WarehouseUser.optional().describe(
    'Of a load, where the credential names one: as whom it is cleaned up after',
  ),
  attempt: z.int().min(1),
  created_at: Timestamp,
  updated_at: Timestamp,
  log: z.array(LogEntry).default([]).describe('Of the present run, the oldest first'),
  query_hash: QueryHash.optional(),
  tries: z.int().min(2).optional().describe('Runs by the service itself since it was last asked to; absent: one'),
});

/** What a job carries in each state. An unfinished job that was accepted has no ttl: it can't vanish before it ends. */
export const JobRecord = z.discriminatedUnion('state', [
  common.extend({ state: z.literal('Open'), ...kept }),
  common.extend({ state: z.literal('UploadComplete'), ...queued, ...again, retry_at: Timestamp.optional() }),
  common.extend({
    state: z.literal('InProgress'),
    ...started,
    ...again,
    statement_id: StatementId.optional(),
    resubmit_at: Timestamp.optional(),
    desired_state: DesiredState.optional(),
    reason: z.string().optional(),
    cancelled_by: z.string().optional(),
  }),
  common.extend({
    state: z.literal('JobComplete'),
    ...started,
    completed_at: Timestamp,
    ...kept,
    statement_id: StatementId.optional(),
    rows: z.int().min(0),
    failed_rows: z.int().min(0).optional().describe('Of a load: rows that were rejected'),
    counted: z.boolean().optional().describe('false: of a load whose counts are lost'),
    bytes: z.int().min(0),
    files: z.int().min(0),
    result_attempt: z.int().min(1).optional().describe('Of a load that an earlier run had committed: that run'),
  }),
  common.extend({
    state: z.literal('Failed'),
    ...started,
    completed_at: Timestamp,
    ...kept,
    statement_id: StatementId.optional(),
    error: JobError,
    failed_rows: z.int().min(0).optional().describe('Of a load that failed for its rows: those that were rejected'),
  }),
  common.extend({
    state: z.literal('Aborted'),
    queued_at: Timestamp.optional(),
    started_at: Timestamp.optional(),
    completed_at: Timestamp,
    ...kept,
    statement_id: StatementId.optional(),
    reason: z.string().optional(),
    cancelled_by: z.string().optional(),
  }),
]);
export type JobRecord = z.infer<typeof JobRecord>;

/** A run that has ended and was followed by another. */
export const RunRecord = z.object({
  type: z.literal('run'),
  tenant_id: TenantId,
  job_id: JobId,
  attempt: z.int().min(1),
  state: z.enum(['Failed', 'Aborted']),
  queued_at: Timestamp.optional(),
  started_at: Timestamp.optional(),
  completed_at: Timestamp,
  statement_id: StatementId.optional(),
  error: JobError.optional(),
  reason: z.string().optional(),
  cancelled_by: z.string().optional(),
  retry_at: Timestamp.optional().describe('When the service itself was to run the job again, at the earliest'),
  log: z.array(LogEntry).default([]),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** Which job completed a query last: what it took is the estimate for the next one. */
export const EstimateRecord = z.object({
  type: z.literal('estimate'),
  tenant_id: TenantId,
  query_hash: QueryHash,
  job_id: JobId,
  ttl: EpochSeconds,
});
export type EstimateRecord = z.infer<typeof EstimateRecord>;

/** What stays of a job that has expired, so that its tenant is told so. */
export const TombstoneRecord = z.object({
  type: z.literal('tombstone'),
  tenant_id: TenantId,
  job_id: JobId,
  expired_at: Timestamp,
  ttl: EpochSeconds,
});
export type TombstoneRecord = z.infer<typeof TombstoneRecord>;

const requestOf = {
  type: z.literal('request'),
  tenant_id: TenantId,
  job_id: JobId,
  warehouse_user: WarehouseUser.optional(),
};

/** The immutable half of a job: what is bulky and never changes. Its INSERT with start=true is what starts a job at once. */
export const QueryRequest = z.object({
  ...requestOf,
  operation: z.literal('query'),
  query: z.string(),
  query_hash: QueryHash,
  start: z.boolean(),
  ...ExportOptions.shape,
});
export type QueryRequest = z.infer<typeof QueryRequest>;

/** A file as it was when its load was closed; its key is written once, so that it is still the same. */
export const PinnedUpload = z.object({
  file: z.int().min(1),
  key: z.string(),
  bytes: z.int().min(0),
  etag: z.string(),
});
export type PinnedUpload = z.infer<typeof PinnedUpload>;

/** Of a load. Its files are added once, in the write that closes and so starts it. */
export const LoadRequest = z.object({
  ...requestOf,
  operation: LoadOperation,
  object: ObjectName,
  options: LoadOptions,
  start: z.boolean().describe('Once it is closed: the record of that write is what starts it'),
  uploads: z.array(PinnedUpload).optional(),
});
export type LoadRequest = z.infer<typeof LoadRequest>;

export const RequestRecord = z.discriminatedUnion('operation', [QueryRequest, LoadRequest]);
export type RequestRecord = z.infer<typeof RequestRecord>;

/** An answer as it was first given, to be given again. */
export const StoredAnswer = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});
export type StoredAnswer = z.infer<typeof StoredAnswer>;

const keyUse = z.object({
  type: z.literal('idempotency'),
  tenant_id: TenantId,
  key_hash: z.string(),
  /** Of method, path and canonical body. */
  request_hash: z.string(),
  ttl: EpochSeconds,
});

/** Remembers what an Idempotency-Key was used for. */
export const IdempotencyRecord = z.discriminatedUnion('phase', [
  /** By a request that is being worked on, or that died: whoever holds the lease. */
  keyUse.extend({
    phase: z.literal('running'),
    lease_id: z.string(),
    lease_until: z.int().describe('Milliseconds since 1970'),
    attempt: z.int().min(1).optional().describe('The run that the job was in before anything was done'),
  }),
  /** Written with the job: the answer is the job as it was then, with the query that comes with every repeat. */
  keyUse.extend({ phase: z.literal('created'), job: JobRecord }),
  keyUse.extend({ phase: z.literal('answered'), answer: StoredAnswer }),
]);
export type IdempotencyRecord = z.infer<typeof IdempotencyRecord>;
export type KeyUseIn<Phase extends IdempotencyRecord['phase']> = Extract<IdempotencyRecord, { phase: Phase }>;

/** What an operator calls a key: 1 to 100 characters that a terminal can show. */
export const KeyName = z.string().regex(/^[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u, 'Expected 1 to 100 printable characters');

/** An API key: only a salted hash of its secret is kept. */
export const ApiKeyRecord = z.object({
  type: z.literal('api_key'),
  key_id: KeyId,
  tenant_id: TenantId,
  permissions: z.array(Permission),
  name: KeyName.optional(),
  warehouse_user: WarehouseUser.optional(),
  salt: z.string(),
  hash: z.string(),
  created_at: Timestamp,
  revoked_at: Timestamp.optional(),
  expires_at: Timestamp.optional(),
  /** The key that was made to follow this one; a key is rotated once. */
  replaced_by: KeyId.optional(),
});
export type ApiKeyRecord = z.infer<typeof ApiKeyRecord>;

/** That a tenant has a key: what a list of the tenant's keys is read from. It never changes. */
export const TenantKeyRecord = z.object({
  type: z.literal('tenant_key'),
  tenant_id: TenantId,
  key_id: KeyId,
});
export type TenantKeyRecord = z.infer<typeof TenantKeyRecord>;
