import type { KeyId, TenantId } from '../../contract/ids.ts';
import type { ApiKeyRecord } from '../../contract/records.ts';
import { newestFirst } from '../../core/api-keys/key-state.ts';
import type { ApiKeyStore, RevokeOutcome, RotateOutcome, Rotation } from '../../core/ports.ts';

/** API keys in memory. */
export class MemoryApiKeyStore implements ApiKeyStore {
  readonly #keys = new Map<KeyId, ApiKeyRecord>();

  find(key: KeyId): Promise<ApiKeyRecord | undefined> {
    return Promise.resolve(this.#copy(key));
  }

  findLatest(key: KeyId): Promise<ApiKeyRecord | undefined> {
    return Promise.resolve(this.#copy(key));
  }

  add(key: ApiKeyRecord): Promise<void> {
    if (this.#keys.has(key.key_id)) return Promise.reject(taken(key));
    this.#keys.set(key.key_id, structuredClone(key));
    return Promise.resolve();
  }

  list(tenant: TenantId): Promise<ApiKeyRecord[]> {
    const its = [...this.#keys.values()].filter(({ tenant_id }) => tenant_id === tenant);
    return Promise.resolve(structuredClone(its).sort(newestFirst));
  }

  revoke(key: KeyId, revoked_at: string): Promise<RevokeOutcome> {
    const before = this.#copy(key);
    if (before === undefined) return Promise.resolve({ outcome: 'unknown' });
    if (before.revoked_at !== undefined) return Promise.resolve({ outcome: 'revoked_before', key: before });
    const revoked = { ...before, revoked_at };
    this.#keys.set(key, revoked);
    return Promise.resolve({ outcome: 'revoked', key: structuredClone(revoked) });
  }

  rotate({ key_id, successor, end }: Rotation): Promise<RotateOutcome> {
    const before = this.#copy(key_id);
    if (before === undefined) return Promise.resolve({ outcome: 'unknown' });
    const refused = before.revoked_at !== undefined || before.replaced_by !== undefined;
    if (refused) return Promise.resolve({ outcome: 'refused', key: before });
    if (this.#keys.has(successor.key_id)) return Promise.reject(taken(successor));
    this.#keys.set(successor.key_id, structuredClone(successor));
    this.#keys.set(key_id, { ...before, ...end, replaced_by: successor.key_id });
    return Promise.resolve({ outcome: 'rotated' });
  }

  #copy(key: KeyId): ApiKeyRecord | undefined {
    const record = this.#keys.get(key);
    return record && structuredClone(record);
  }
}

const taken = ({ key_id }: ApiKeyRecord): Error => new Error(`There is a key ${key_id} already`);
