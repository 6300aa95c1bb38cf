import type { StatementId, TenantId } from '../contract/ids.ts';
import type {
  ApiKeyRecord,
  EstimateRecord,
  IdempotencyRecord,
  KeyUseIn,
  RequestRecord,
  RunRecord,
  StoredAnswer,
  TombstoneRecord,
} from '../contract/records.ts';
import type { KeyId } from '../contract/ids.ts';
import type { QueryValue } from '../contract/queries.ts';
import type { Manifest, ResultColumn } from '../contract/results.ts';
import type { StatementEnd } from '../contract/events.ts';
import type { MetricName } from '../contract/metrics.ts';
import type { Job, JobKey, Run } from './jobs/job.ts';
import type { Change } from './jobs/change.ts';
import type { Written } from './jobs/progress.ts';
import type { DailyQuota } from './rate-limit/daily-quota.ts';

export interface Clock {
  now(): Date;
}

/** Resolves after so many milliseconds. */
export type Pause = (milliseconds: number) => Promise<void>;

/** Randomness that a test can fix. */
export interface Ids {
  /** Ordered by the time that is given. */
  jobId(at: Date): Job['job_id'];
  leaseId(): string;
}

export type CreateOutcome =
  | { outcome: 'created' }
  /** The Idempotency-Key has been used: this is what for. */
  | { outcome: 'key_used'; earlier: IdempotencyRecord }
  /** The tenant has created as many jobs as it may that day. */
  | { outcome: 'over_quota' };

/** What is written with a new job, in the same transaction. */
export interface CreateExtras {
  /** What its Idempotency-Key stands for. A key that was used outweighs the quota. */
  idempotency?: KeyUseIn<'created'> | undefined;
  /** The job is counted, unless the quota is used up. */
  quota?: DailyQuota | undefined;
}

export interface Page<Item> {
  items: Item[];
  /** The key of the last item read, where more may follow. */
  after: JobKey | undefined;
}

/** Which jobs a list shows; what is not given does not narrow it. */
export interface JobFilter {
  state?: Job['state'] | undefined;
  operation?: Job['operation'] | undefined;
  object?: string | undefined;
  tag?: string | undefined;
  is_finished?: boolean | undefined;
}

export interface ListPage {
  limit: number;
  /** Exclusive: the list goes on behind this job. */
  after?: JobKey | undefined;
  /** The range of job ids, first inclusive, last exclusive: ids are ordered by time. */
  ids?: { from?: string | undefined; before?: string | undefined };
  filter?: JobFilter;
}

export type WriteOutcome =
  | { outcome: 'written' }
  /** The job is not (or no longer) what the change was decided on; as it is now, or undefined if it is gone. */
  | { outcome: 'stale'; job: Job | undefined };

export type AdmitOutcome =
  | WriteOutcome
  /** No place for now: the tenant's are all taken, all of the cluster's are, or others wait whose turn is first. */
  | { outcome: 'full'; scope: 'tenant' | 'cluster' | 'turn' };

export interface JobStore {
  /** One transaction: the job, its request, and what goes with them. Nothing is written unless all of it is. */
  create(job: Job, request: RequestRecord, extras?: CreateExtras): Promise<CreateOutcome>;
  /** 0.5 RCU: eventually consistent. */
  get(key: JobKey): Promise<Job | undefined>;
  /** Strongly consistent, for decisions after a conflict. */
  getLatest(key: JobKey): Promise<Job | undefined>;
  getRequest(key: JobKey): Promise<RequestRecord | undefined>;
  /** Newest first. */
  list(tenant: TenantId, page: ListPage): Promise<Page<Job>>;
  /** A change whose slot is 'keep' or 'release'; the release, and the record of the run that ended, are in the same transaction. */
  write(change: Change): Promise<WriteOutcome>;
  /** Ended runs that were followed by another, the latest first. */
  listRuns(key: JobKey): Promise<RunRecord[]>;
  /** Deletes a finished job's record; its request, runs and files follow by the stream. */
  remove(key: JobKey, attempt: number): Promise<WriteOutcome>;
  /** Which job of the tenant completed a query last, if that is known. 0.5 RCU: eventually consistent. */
  estimate(of: Pick<EstimateRecord, 'tenant_id' | 'query_hash'>): Promise<EstimateRecord | undefined>;
  /** Leaves a tombstone; harmless where there is one. */
  bury(tombstone: TombstoneRecord): Promise<void>;
  /** 0.5 RCU: eventually consistent. */
  tombstone(key: JobKey): Promise<TombstoneRecord | undefined>;
  removeRequest(key: JobKey): Promise<void>;
  removeRun(run: Run): Promise<void>;
}

export type BeginOutcome = { outcome: 'begun' } | { outcome: 'held'; earlier: IdempotencyRecord };

/** Idempotency-Keys of what is not done in the transaction that claims the key. Every write is bound to the lease it was made under. */
export interface IdempotencyStore {
  /** Claims a key that is new, or whose time has passed; claiming again under the same lease is claiming once. */
  begin(use: KeyUseIn<'running'>, now: Date): Promise<BeginOutcome>;
  /** Whether the key is now held under the new lease: only if it was still held under that of the one that died. */
  takeOver(use: KeyUseIn<'running'>, dead: string): Promise<boolean>;
  /** The answer for all repeats. */
  keep(use: KeyUseIn<'running'>, answer: StoredAnswer): Promise<void>;
  /** The key is as if it had never been used. */
  forget(use: KeyUseIn<'running'>): Promise<void>;
  /** The lease is over: the next repeat takes over at once. */
  expire(use: KeyUseIn<'running'>, now: Date): Promise<void>;
}

export interface Backlog {
  /** Jobs of a tenant that wait, by the index of unfinished jobs: some moments old. Counts no further than `most`. */
  count(tenant: TenantId, most: number): Promise<number>;
}

export interface AdmissionLimits {
  tenant: number;
  cluster: number;
}

/** A job that waits, as the index of unfinished jobs shows it: some moments old. */
export interface WaitingJob extends Run {
  queued_at: string;
}

/** A job that runs, as the index of unfinished jobs shows it: some moments old. */
export interface RunningJob extends Run {
  operation: Job['operation'];
  content_type: Job['content_type'];
  started_at: string;
  updated_at: string;
  statement_id?: StatementId | undefined;
  desired_state?: 'Aborted' | 'Failed' | undefined;
}

export interface Places {
  /** Jobs that hold a place of the cluster. */
  cluster: JobKey[];
  /** Jobs that hold a place of their tenant. */
  tenants: JobKey[];
  /** Tenants that are marked as having jobs that wait. */
  waiting: TenantId[];
  last_tenant: TenantId | undefined;
}

/** A semaphore of job ids: taking and giving back are idempotent, and every holder can be checked. */
export interface Admission {
  /**
   * One transaction: the change (slot 'acquire') and a place in the tenant's set and in the cluster's, with the tenant noted as
   * the last served. 'fresh' is refused while anybody waits; 'turn' is for the job whose turn it is.
   */
  admit(change: Change, limits: AdmissionLimits, mode: 'fresh' | 'turn'): Promise<AdmitOutcome>;
  /** Marks tenants as waiting. The mark's own stream record wakes start-jobs; `now` makes a repeated mark a new one. */
  markWaiting(tenants: TenantId[], now: Date): Promise<void>;
  /** Takes the mark off tenants of whom no job waits any more. */
  unmarkWaiting(tenants: TenantId[]): Promise<void>;
  places(): Promise<Places>;
  /** Frees places whose job does not run. */
  release(job: JobKey): Promise<void>;
  /** The first waiting job of the next tenant after `after`, in the order of tenant ids, oldest first within a tenant. */
  nextWaiting(after: { tenant_id: TenantId } | WaitingJob | undefined): Promise<WaitingJob | undefined>;
  /** Jobs whose pause before another run is over, the longest due first; none of them is among the waiting. */
  due(now: Date, limit: number): Promise<Run[]>;
  /** Pages of the unfinished, at most `limit` each. */
  waiting(limit: number, after?: WaitingJob): Promise<WaitingJob[]>;
  running(limit: number, after?: RunningJob): Promise<RunningJob[]>;
}

export interface SubmittedWork {
  sql: string | readonly string[];
  token: string;
  name: string;
  user: string;
}

export type SubmitOutcome =
  | { outcome: 'submitted'; statement_id: StatementId }
  /** Nothing is wrong with the statement: the warehouse takes no more for now, or can't be reached. */
  | { outcome: 'later'; cause: string }
  /** It will never be taken. */
  | { outcome: 'refused'; message: string };

export type FindOutcome =
  | { outcome: 'found'; statement_id: StatementId }
  | { outcome: 'none' }
  /** It can't be told for now. */
  | { outcome: 'later'; cause: string };

export type StatementState = 'SUBMITTED' | 'PICKED' | 'STARTED' | StatementEnd;

export interface StatementReport {
  state: StatementState;
  /** The warehouse's own words, when it failed. */
  error?: string | undefined;
  /** Of several, the statement that failed. */
  failed?: string | undefined;
}

export interface Warehouse {
  /**
   * Idempotent by `token` (at most 64 characters) for 8 hours. Several statements are one transaction. `user`: of the warehouse,
   * where tenants have their own.
   */
  submit(statement: SubmittedWork): Promise<SubmitOutcome>;
  /** The statement of the last day that was submitted under this name as this user; of several, one that has FINISHED, or the newest. */
  find(of: Pick<SubmittedWork, 'name' | 'user'>): Promise<FindOutcome>;
  /** undefined: the warehouse does not know it (any more). */
  describe(statement: StatementId): Promise<StatementReport | undefined>;
  /** Settled when the statement has ended already. */
  cancel(statement: StatementId): Promise<'cancelling' | 'ended' | 'unknown'>;
}

export interface QueryRows {
  /** In the names of a result's schema: `character varying`, `bigint`, ... */
  columns: ResultColumn[];
  rows: QueryValue[][];
  /** The limit that cut the rest off. */
  truncated_by: 'rows' | 'bytes' | null;
}

/** Statements whose rows are wanted at once. */
export interface Queries extends Pick<Warehouse, 'cancel'> {
  /** Submits, and waits for the end at most so many seconds. Idempotent by `token` (at most 64 characters) for 8 hours. */
  run(statement: {
    sql: string;
    parameters: Readonly<Record<string, string>>;
    token: string;
    name: string;
    user: string;
    seconds: number;
  }): Promise<
    | { outcome: 'submitted'; statement_id: StatementId; state: StatementState }
    | Exclude<SubmitOutcome, { outcome: 'submitted' }>
  >;
  describe: Warehouse['describe'];
  /** Of a statement that has FINISHED; `most.bytes` counts the rows as JSON. */
  rows(
    statement: { statement_id: StatementId; user: string },
    most: { rows: number; bytes: number },
  ): Promise<QueryRows>;
}

/** One file of a result. */
export interface StoredFile {
  key: string;
  bytes: number;
}

export interface ResultStore {
  /** s3://bucket/key: what UNLOAD writes to. */
  url(key: string): string;
  /** The key behind an s3:// url of this store; undefined for any other. */
  key(url: string): string | undefined;
  manifest(key: string): Promise<Manifest | undefined>;
  writeManifest(key: string, manifest: Manifest): Promise<void>;
  files(prefix: string): Promise<StoredFile[]>;
  /** What is under a run's prefix beside its manifest, by one page of at most 1,000 objects. */
  glimpse(prefix: string, manifest: string): Promise<Written>;
  checksum(key: string): Promise<{ algorithm: 'CRC64NVME' | 'ETAG'; value: string } | null>;
  /** Deletes everything under a prefix; returns how many objects there were. */
  removeAll(prefix: string): Promise<number>;
}

export interface PresignedUrl {
  url: string;
  expires_at: string;
}

export interface Presigner {
  /** GET of one object, shown to the browser under a name and type. Dies with the credentials that signed it: see expires_at. */
  download(key: string, as: { name: string; content_type: string }): Promise<PresignedUrl>;
}

export type RevokeOutcome =
  /** `key` is as it is now; revoked before: nothing was changed. */
  { outcome: 'revoked' | 'revoked_before'; key: ApiKeyRecord } | { outcome: 'unknown' };

export interface Rotation {
  key_id: KeyId;
  successor: ApiKeyRecord;
  /** What ends the old key. */
  end: { expires_at: string } | { revoked_at: string };
}

export type RotateOutcome =
  | { outcome: 'rotated' }
  | { outcome: 'unknown' } /** Revoked or rotated before: as it is now. */
  | { outcome: 'refused'; key: ApiKeyRecord };

export interface ApiKeyStore {
  /** Eventually consistent: a change is seen within a second or so. */
  find(key: KeyId): Promise<ApiKeyRecord | undefined>;
  /** Strongly consistent, for operators. */
  findLatest(key: KeyId): Promise<ApiKeyRecord | undefined>;
  /** A key that exists is an Error: a key's record is never replaced. */
  add(key: ApiKeyRecord): Promise<void>;
  /** All keys that a tenant ever had, the newest first; strongly consistent. */
  list(tenant: TenantId): Promise<ApiKeyRecord[]>;
  /** Once: whoever comes later changes nothing. */
  revoke(key: KeyId, revoked_at: string): Promise<RevokeOutcome>;
  /** One transaction: the successor is there, and the old key ends and names it. Refused when it was revoked or rotated before. */
  rotate(rotation: Rotation): Promise<RotateOutcome>;
}

/** A public key of an issuer: a JSON Web Key (RFC 7517), as it came. */
export interface PublicKey {
  kty: string;
  kid?: string;
  [member: string]: unknown;
}

export interface KeySet {
  keys: PublicKey[];
}

/** Reads the issuer's keys, in bounded time. @throws Error whenever they can't be had */
export type FetchKeySet = () => Promise<KeySet>;

/** Which check a JSON web token failed, for the log; the client learns nothing but 401. */
export type TokenFault =
  | 'no_issuer_configured'
  | 'too_large'
  | 'malformed'
  | 'type'
  | 'algorithm'
  | 'key_in_header'
  | 'unknown_key'
  | 'signature'
  | 'issuer'
  | 'audience'
  | 'expired'
  | 'not_yet_valid'
  | 'times'
  | 'subject'
  | 'tenant'
  | 'permissions'
  | 'warehouse_user';

export type TokenVerdict =
  /** Signed by the issuer, for this service, and in force. */
  { outcome: 'verified'; claims: ReadonlyMap<string, unknown> } | { outcome: 'refused'; fault: TokenFault };

export interface TokenVerifier {
  /** @throws KeySetUnavailable when it can't be told, because the issuer's keys can't be read */
  verify(token: string): Promise<TokenVerdict>;
}

export interface Hasher {
  /** SHA-256 of the parts, each with its length before it, in hex. */
  hash(...parts: string[]): string;
  /** In constant time. */
  equal(left: string, right: string): boolean;
}

/** Log lines with the ids that belong together; metrics are counted under names of contract/metrics.ts. */
export interface Telemetry {
  info(message: string, facts: Record<string, unknown>): void;
  warn(message: string, facts: Record<string, unknown>): void;
  /** With the error's chain of causes. */
  error(message: string, facts: Record<string, unknown>, error: unknown): void;
  count(metrics: Partial<Record<MetricName, number>>): void;
}
