import type { KeyId } from '../../contract/ids.ts';
import type { ApiKeyRecord } from '../../contract/records.ts';
import type { ApiKeyStore } from '../../core/ports.ts';

/** API keys in memory. */
export class MemoryApiKeyStore implements ApiKeyStore {
  readonly #keys = new Map<KeyId, ApiKeyRecord>();

  find(key: KeyId): Promise<ApiKeyRecord | undefined> {
    const record = this.#keys.get(key);
    return Promise.resolve(record && structuredClone(record));
  }

  /** A key that exists is an Error: a key's record is never replaced. */
  add(key: ApiKeyRecord): Promise<void> {
    if (this.#keys.has(key.key_id)) return Promise.reject(new Error(`There is a key ${key.key_id} already`));
    this.#keys.set(key.key_id, structuredClone(key));
    return Promise.resolve();
  }
}
