import type { TenantId } from '../../contract/ids.ts';
import type { Backlog, Clock } from '../ports.ts';
import { ProblemError } from '../problem-error.ts';

export interface BacklogRoomOptions {
  /** Jobs of a tenant that may wait. */
  most: number;
  /** Tenants remembered; the oldest go first. Default 10,000. */
  size?: number;
}

/** Part of the room left that a process may fill before it counts again. */
const share = 20;
/** A full backlog is believed for so long: it costs nothing to be asked again and again. */
const fullSeconds = 5;

/**
 * Keeps the jobs of a tenant that wait within bounds, without a call for who makes few: a process counts them in the index of
 * unfinished jobs only after it has added a twentieth of the room that was left. Processes that add at once do not know of each
 * other, so that each may add a twentieth of the limit too many, and no more.
 */
export class BacklogRoom {
  readonly #backlog: Backlog;
  readonly #clock: Clock;
  readonly #most: number;
  readonly #size: number;
  readonly #room = new Map<TenantId, { left: number; fullUntil: number }>();

  constructor(backlog: Backlog, clock: Clock, options: BacklogRoomOptions) {
    this.#backlog = backlog;
    this.#clock = clock;
    this.#most = options.most;
    this.#size = options.size ?? 10_000;
  }

  /** @throws ProblemError BACKLOG_FULL */
  async add(tenant: TenantId): Promise<void> {
    const now = this.#clock.now().getTime();
    const known = this.#room.get(tenant) ?? { left: Math.floor(this.#most / share), fullUntil: 0 };
    if (known.fullUntil > now) throw this.#full(Math.ceil((known.fullUntil - now) / 1000));
    if (known.left > 0) {
      this.#remember(tenant, { left: known.left - 1, fullUntil: 0 });
      return;
    }
    const room = this.#most - (await this.#backlog.count(tenant, this.#most));
    if (room <= 0) {
      this.#remember(tenant, { left: 0, fullUntil: now + fullSeconds * 1000 });
      throw this.#full(fullSeconds);
    }
    this.#remember(tenant, { left: Math.max(0, Math.floor(room / share) - 1), fullUntil: 0 });
  }

  #full(seconds: number): ProblemError {
    return new ProblemError('BACKLOG_FULL', `${this.#most} jobs of the tenant wait, which is the most.`, {
      limit: 'tenant_max_waiting_jobs',
      retry_after: seconds,
    });
  }

  #remember(tenant: TenantId, room: { left: number; fullUntil: number }): void {
    const oldest = this.#room.keys().next();
    if (!this.#room.has(tenant) && this.#room.size >= this.#size && !oldest.done) this.#room.delete(oldest.value);
    this.#room.set(tenant, room);
  }
}
