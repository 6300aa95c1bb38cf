import type { TenantId } from '../../contract/ids.ts';
import {
  EstimateRecord,
  LoadRequest,
  type PinnedUpload,
  RequestRecord,
  RunRecord,
  TombstoneRecord,
} from '../../contract/records.ts';
import type { Change } from '../../core/jobs/change.ts';
import { type Job, type JobKey, type Run, isFinished } from '../../core/jobs/job.ts';
import type {
  Clock,
  CreateExtras,
  CreateOutcome,
  JobFilter,
  JobStore,
  ListPage,
  Page,
  WriteOutcome,
} from '../../core/ports.ts';
import { rememberUse, usedFor } from './idempotency.ts';
import { type MemoryTables, nameOf } from './tables.ts';

/** Jobs in memory: each call is one step, so that nothing comes in between. */
export class MemoryJobStore implements JobStore {
  readonly #tables: MemoryTables;
  readonly #clock: Clock;

  constructor(options: { tables: MemoryTables; clock: Clock }) {
    this.#tables = options.tables;
    this.#clock = options.clock;
  }

  create(job: Job, request: RequestRecord, { idempotency, quota }: CreateExtras = {}): Promise<CreateOutcome> {
    const earlier = idempotency && usedFor(this.#tables, idempotency, this.#clock.now());
    if (earlier) return Promise.resolve({ outcome: 'key_used', earlier });
    if (this.#tables.jobs.has(nameOf(job)) || this.#tables.requests.has(nameOf(request)))
      return Promise.reject(new Error(`There is a job ${job.job_id} already`));
    const day = quota && `${job.tenant_id}/${quota.day}`;
    const counted = this.#tables.created.get(day ?? '') ?? 0;
    if (quota && counted >= quota.jobs) return Promise.resolve({ outcome: 'over_quota' });
    if (day) this.#tables.created.set(day, counted + 1);
    this.#tables.put(job);
    this.#tables.requests.set(nameOf(request), RequestRecord.parse(structuredClone(request)));
    if (idempotency) rememberUse(this.#tables, idempotency);
    return Promise.resolve({ outcome: 'created' });
  }

  get(key: JobKey): Promise<Job | undefined> {
    return this.getLatest(key);
  }

  getLatest(key: JobKey): Promise<Job | undefined> {
    return Promise.resolve(this.#tables.job(key));
  }

  getRequest(key: JobKey): Promise<RequestRecord | undefined> {
    const request = this.#tables.requests.get(nameOf(key));
    return Promise.resolve(request && structuredClone(request));
  }

  list(tenant: TenantId, page: ListPage): Promise<Page<Job>> {
    const { after, limit, ids = {}, filter = {} } = page;
    const behind = [...this.#tables.jobs.values()]
      .filter((job) => job.tenant_id === tenant && matches(job, filter))
      .filter((job) => job.job_id >= (ids.from ?? '') && job.job_id < (ids.before ?? '~'))
      .filter((job) => !after || job.job_id < after.job_id)
      .sort((a, b) => (a.job_id < b.job_id ? 1 : -1));
    const items = behind.slice(0, limit).map((job) => structuredClone(job));
    const last = behind.length > limit ? items.at(-1) : undefined;
    return Promise.resolve({ items, after: last && { tenant_id: last.tenant_id, job_id: last.job_id } });
  }

  write(change: Change): Promise<WriteOutcome> {
    if (change.slot === 'acquire')
      return Promise.reject(new Error('A change that takes a place goes through Admission.admit'));
    if (!this.#tables.expected(change)) return this.#stale(change.key);
    const { ended, estimate, pinned } = change;
    if (pinned && !this.#pin(change.key, pinned))
      return Promise.reject(new Error('Only a load that was never closed is closed'));
    this.#tables.apply(change);
    if (change.slot === 'release') this.#tables.free(change.key);
    if (estimate)
      this.#tables.estimates.set(`${estimate.tenant_id}/${estimate.query_hash}`, EstimateRecord.parse({ ...estimate }));
    if (ended) this.#tables.runs.set(`${nameOf(ended)}/${ended.attempt}`, RunRecord.parse(structuredClone(ended)));
    return Promise.resolve({ outcome: 'written' });
  }

  listRuns(key: JobKey): Promise<RunRecord[]> {
    const runs = [...this.#tables.runs.values()].filter((run) => nameOf(run) === nameOf(key));
    return Promise.resolve(structuredClone(runs.sort((a, b) => b.attempt - a.attempt)));
  }

  removeRun(run: Run): Promise<void> {
    this.#tables.runs.delete(`${nameOf(run)}/${run.attempt}`);
    return Promise.resolve();
  }

  remove(key: JobKey, attempt: number): Promise<WriteOutcome> {
    const job = this.#tables.jobs.get(nameOf(key));
    if (job?.attempt !== attempt || !isFinished(job.state)) return this.#stale(key);
    this.#tables.jobs.delete(nameOf(key));
    return Promise.resolve({ outcome: 'written' });
  }

  estimate({ tenant_id, query_hash }: Pick<EstimateRecord, 'tenant_id' | 'query_hash'>) {
    const estimate = this.#tables.estimates.get(`${tenant_id}/${query_hash}`);
    return Promise.resolve(estimate && { ...estimate });
  }

  bury(tombstone: TombstoneRecord): Promise<void> {
    const { tombstones } = this.#tables;
    if (!tombstones.has(nameOf(tombstone))) tombstones.set(nameOf(tombstone), TombstoneRecord.parse({ ...tombstone }));
    return Promise.resolve();
  }

  tombstone(key: JobKey): Promise<TombstoneRecord | undefined> {
    const tombstone = this.#tables.tombstones.get(nameOf(key));
    return Promise.resolve(tombstone && { ...tombstone });
  }

  removeRequest(key: JobKey): Promise<void> {
    this.#tables.requests.delete(nameOf(key));
    return Promise.resolve();
  }

  #pin(key: JobKey, uploads: PinnedUpload[]): boolean {
    const request = this.#tables.requests.get(nameOf(key));
    if (!request || request.operation === 'query' || request.uploads) return false;
    this.#tables.requests.set(nameOf(key), LoadRequest.parse({ ...request, uploads, start: true }));
    return true;
  }

  #stale(key: JobKey): Promise<WriteOutcome> {
    return Promise.resolve({ outcome: 'stale', job: this.#tables.job(key) });
  }
}

function matches(job: Job, { is_finished, ...equal }: JobFilter): boolean {
  if (is_finished !== undefined && isFinished(job.state) !== is_finished) return false;
  const facts: Partial<Record<string, unknown>> = job;
  return Object.entries(equal).every(([name, value]) => value === undefined || facts[name] === value);
}
