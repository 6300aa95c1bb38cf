import { MemoryAdmission } from '../../../adapters/memory/admission.ts';
import { MemoryIdempotencyStore } from '../../../adapters/memory/idempotency.ts';
import { MemoryJobStore } from '../../../adapters/memory/job-store.ts';

import { MemoryTables } from '../../../adapters/memory/tables.ts';
import { JobId, TenantId } from '../../../contract/ids.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { lowestIdAt } from '../../../core/jobs/id-range.ts';
import type { Answered } from './http.ts';
import type { Invocation, Pending } from './invocation.ts';
import { Loads } from './loads.ts';
import { ModelResults } from './results.ts';
import { ModelWarehouse, type WarehouseEvent } from './warehouse.ts';
import { Streams } from './streams.ts';

export const tenants = ['ash', 'ash-2'].map((name) => TenantId.parse(name));
export const limits = { tenant: 2, cluster: 3 };

/** A job that a client knows of. */
export interface Known {
  tenant_id: TenantId;
  job_id: JobId;
}

/** The service on the fakes of adapters/memory, with all that is under way, and what was seen of it. */
export class World {
  now = Date.parse('2026-11-22T10:00:00.000Z');
  readonly tables = new MemoryTables();
  readonly clock = { now: () => new Date(this.now) };
  readonly jobs = new MemoryJobStore({ tables: this.tables, clock: this.clock });
  readonly idempotency = new MemoryIdempotencyStore({ tables: this.tables });
  readonly admission = new MemoryAdmission({ tables: this.tables });
  readonly warehouse = new ModelWarehouse(this);
  readonly results = new ModelResults('results');
  readonly loads = new Loads(this.results);
  readonly streams = new Streams(this);
  /** Events of ended statements that are on their way, and those that have arrived. */
  events: WarehouseEvent[] = [];
  readonly arrived: WarehouseEvent[] = [];
  readonly running = new Set<Invocation>();
  pending: Pending[] = [];
  /** Jobs that were created, in order. */
  readonly known: Known[] = [];
  readonly deleted = new Set<string>();
  /** What was answered to a body with an Idempotency-Key, by tenant and key. */
  readonly replays = new Map<string, { body: string; job_id: string; at: number }>();
  readonly answers: Answered[] = [];
  /** Runs, by id, whose cancellation was accepted. */
  readonly cancelled = new Set<string>();
  /** What the indexes of unfinished jobs show while they lag behind. */
  lagging: MemoryAdmission | undefined;
  /** A delivery was lost for good: what only it would have cleaned up may stay. */
  lostCleanUps = false;
  #violation: Error | undefined;
  #made = 0;

  jobId(at: Date): JobId {
    this.#made += 1;
    return JobId.parse(`${lowestIdAt(at).slice(0, -4)}${String(this.#made).padStart(4, '0')}`);
  }

  leaseId(): string {
    this.#made += 1;
    return `lease-${this.#made}`;
  }

  /** What an invariant says must not go to the handlers, as an error that they might catch. */
  guard(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#violation ??= error instanceof Error ? error : new Error(String(error));
    }
  }

  /** @throws Error, the first violation of what must always hold */
  assertSound(): void {
    if (this.#violation) throw this.#violation;
  }

  allJobs(): Job[] {
    return [...this.tables.jobs.values()];
  }

  lag(): void {
    const then = new MemoryTables();
    for (const [name, job] of this.tables.jobs) then.jobs.set(name, structuredClone(job));
    this.lagging = new MemoryAdmission({ tables: then });
  }

  /** Time passes; a Lambda whose time is up is killed. */
  pass(seconds: number): void {
    this.now += seconds * 1000;
    // An index lags by moments.
    if (seconds >= 30) this.lagging = undefined;
    for (const invocation of [...this.running]) if (invocation.deadline <= this.now) invocation.die();
  }
}
