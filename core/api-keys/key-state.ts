import type { ApiKeyRecord } from '../../contract/records.ts';

export type KeyState = 'active' | 'expired' | 'revoked';

/** What a key is good for at a time: revoked says more than expired. */
export function keyState(key: Pick<ApiKeyRecord, 'revoked_at' | 'expires_at'>, now: Date): KeyState {
  if (key.revoked_at !== undefined) return 'revoked';
  if (key.expires_at !== undefined && Date.parse(key.expires_at) <= now.getTime()) return 'expired';
  return 'active';
}

/** Orders keys by their creation, the latest first; those of one moment by id. */
export const newestFirst = (a: ApiKeyRecord, b: ApiKeyRecord): number =>
  order(b.created_at, a.created_at) || order(a.key_id, b.key_id);

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
