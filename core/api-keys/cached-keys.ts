import type { KeyId } from '../../contract/ids.ts';
import type { ApiKeyRecord } from '../../contract/records.ts';
import type { ApiKeyStore, Clock } from '../ports.ts';

/** How long a record is believed, and so how long a revoked key can still be used. */
export const believedSeconds = 60;

export interface CacheOptions {
  /** default: `believedSeconds` */
  seconds?: number;
  /** Records kept at most, the oldest go first: default 1000. */
  size?: number;
}

/** Remembers found keys for a short while, so that a busy client costs one read a minute. Unknown keys are not remembered. */
export class CachedKeys implements Pick<ApiKeyStore, 'find'> {
  readonly #keys: Pick<ApiKeyStore, 'find'>;
  readonly #clock: Clock;
  readonly #lifetime: number;
  readonly #size: number;
  readonly #found = new Map<KeyId, { record: ApiKeyRecord; until: number }>();

  constructor(keys: Pick<ApiKeyStore, 'find'>, clock: Clock, options: CacheOptions = {}) {
    this.#keys = keys;
    this.#clock = clock;
    this.#lifetime = (options.seconds ?? believedSeconds) * 1000;
    this.#size = options.size ?? 1000;
  }

  async find(key: KeyId): Promise<ApiKeyRecord | undefined> {
    const now = this.#clock.now().getTime();
    const known = this.#found.get(key);
    if (known && known.until > now) return known.record;
    this.#found.delete(key);
    const record = await this.#keys.find(key);
    if (record) this.#remember(key, record, now);
    return record;
  }

  #remember(key: KeyId, record: ApiKeyRecord, now: number): void {
    const oldest = this.#found.keys().next();
    if (this.#found.size >= this.#size && !oldest.done) this.#found.delete(oldest.value);
    this.#found.set(key, { record, until: now + this.#lifetime });
  }
}
