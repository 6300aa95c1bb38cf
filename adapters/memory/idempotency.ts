import { IdempotencyRecord, type KeyUseIn, type StoredAnswer } from '../../contract/records.ts';
import type { BeginOutcome, IdempotencyStore } from '../../core/ports.ts';
import type { MemoryTables } from './tables.ts';

const nameOf = (use: Pick<IdempotencyRecord, 'tenant_id' | 'key_hash'>): string => `${use.tenant_id}/${use.key_hash}`;

/** What a key was used for, unless its time has passed. */
export function usedFor(
  tables: MemoryTables,
  use: Pick<IdempotencyRecord, 'tenant_id' | 'key_hash'>,
  now: Date,
): IdempotencyRecord | undefined {
  const earlier = tables.idempotency.get(nameOf(use));
  return earlier && earlier.ttl > Math.floor(now.getTime() / 1000) ? structuredClone(earlier) : undefined;
}

export function rememberUse(tables: MemoryTables, use: IdempotencyRecord): void {
  tables.idempotency.set(nameOf(use), IdempotencyRecord.parse(structuredClone(use)));
}

/** Idempotency-Keys in memory: each call is one step. */
export class MemoryIdempotencyStore implements IdempotencyStore {
  readonly #tables: MemoryTables;

  constructor(options: { tables: MemoryTables }) {
    this.#tables = options.tables;
  }

  begin(use: KeyUseIn<'running'>, now: Date): Promise<BeginOutcome> {
    const earlier = usedFor(this.#tables, use, now);
    const mine = earlier?.phase === 'running' && earlier.lease_id === use.lease_id;
    if (earlier && !mine) return Promise.resolve({ outcome: 'held', earlier });
    rememberUse(this.#tables, use);
    return Promise.resolve({ outcome: 'begun' });
  }

  takeOver(use: KeyUseIn<'running'>, dead: string): Promise<boolean> {
    if (this.#heldBy(use, use.lease_id)) return Promise.resolve(true);
    const held = this.#heldBy(use, dead);
    if (!held) return Promise.resolve(false);
    rememberUse(this.#tables, { ...held, lease_id: use.lease_id, lease_until: use.lease_until });
    return Promise.resolve(true);
  }

  keep(use: KeyUseIn<'running'>, answer: StoredAnswer): Promise<void> {
    const held = this.#heldBy(use, use.lease_id);
    if (held) {
      const { lease_id: _lease, lease_until: _until, attempt: _attempt, ...rest } = held;
      rememberUse(this.#tables, { ...rest, phase: 'answered', answer });
    }
    return Promise.resolve();
  }

  forget(use: KeyUseIn<'running'>): Promise<void> {
    if (this.#heldBy(use, use.lease_id)) this.#tables.idempotency.delete(nameOf(use));
    return Promise.resolve();
  }

  expire(use: KeyUseIn<'running'>, now: Date): Promise<void> {
    const held = this.#heldBy(use, use.lease_id);
    if (held) rememberUse(this.#tables, { ...held, lease_until: now.getTime() });
    return Promise.resolve();
  }

  #heldBy(use: KeyUseIn<'running'>, lease: string): KeyUseIn<'running'> | undefined {
    const held = this.#tables.idempotency.get(nameOf(use));
    return held?.phase === 'running' && held.lease_id === lease ? held : undefined;
  }
}
