import * as z from 'zod';
import { KeyId, type TenantId, type WarehouseUser } from '../../contract/ids.ts';
import type { ApiKeyRecord } from '../../contract/records.ts';
import type { Permission } from '../../contract/service.ts';
import type { Caller } from '../auth/caller.ts';
import type { ApiKeyStore, Clock, Hasher } from '../ports.ts';
import { keyState } from './key-state.ts';

const KeyText = z.string().regex(/^sb_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}$/);

/** The text that a client holds: `sb_<key_id>_<secret>`. Shown once, when the key is made; never stored. */
export const keyText = (key_id: KeyId, secret: string): string => KeyText.parse(`sb_${key_id}_${secret}`);

export interface NewKey {
  tenant_id: TenantId;
  permissions: Permission[];
  /** 12 and 43 characters of [0-9A-Za-z], and any salt: fresh randomness. */
  random: { key_id: KeyId; secret: string; salt: string };
  expires_at?: string | undefined;
  name?: string | undefined;
  warehouse_user?: WarehouseUser | undefined;
}

/** What is stored of a new key. The secret has 256 bits of its own, so one salted SHA-256 is as hard to undo as it is to guess. */
export function newKey(hasher: Hasher, clock: Clock, key: NewKey): { record: ApiKeyRecord; text: string } {
  const { key_id, secret, salt } = key.random;
  const record: ApiKeyRecord = {
    type: 'api_key',
    key_id,
    tenant_id: key.tenant_id,
    permissions: key.permissions,
    ...(key.name !== undefined && { name: key.name }),
    ...(key.warehouse_user !== undefined && { warehouse_user: key.warehouse_user }),
    salt,
    hash: hasher.hash(salt, secret),
    created_at: clock.now().toISOString(),
    ...(key.expires_at !== undefined && { expires_at: key.expires_at }),
  };
  return { record, text: keyText(key_id, secret) };
}

export interface KeyDeps {
  keys: Pick<ApiKeyStore, 'find'>;
  hasher: Hasher;
  clock: Clock;
}

/** Who calls, or undefined: malformed, unknown, wrong, revoked and expired look the same from outside. */
export async function authenticateKey(deps: KeyDeps, text: string): Promise<Caller | undefined> {
  const parsed = KeyText.safeParse(text);
  if (!parsed.success) return undefined;
  const [, id, secret] = parsed.data.split('_');
  const record = await deps.keys.find(KeyId.parse(id));
  // Unknown keys are hashed and compared as well, so that timing does not tell which ids exist.
  const matches = deps.hasher.equal(
    deps.hasher.hash(record?.salt ?? '', secret ?? ''),
    record?.hash ?? deps.hasher.hash('unknown'),
  );
  if (!record || !matches || keyState(record, deps.clock.now()) !== 'active') return undefined;
  const { tenant_id, key_id, permissions, warehouse_user } = record;
  return { tenant_id, caller_id: key_id, permissions, ...(warehouse_user !== undefined && { warehouse_user }) };
}
