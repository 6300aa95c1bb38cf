import type { ApiKeyRecord } from '../../contract/records.ts';
import type { Clock, Hasher, Rotation } from '../ports.ts';
import { newKey, type NewKey } from './api-key.ts';

export interface RotationWish {
  old: ApiKeyRecord;
  random: NewKey['random'];
  /** How long the old key still works, in milliseconds; 0 revokes it at once. */
  grace: number;
  /** default: the new key lives as long as the old one was meant to */
  expires_at?: string | undefined;
}

/** What takes the place of a key: another one that may do the same, while the old one runs out. Its own expiry is never put off. */
export function rotateKey(hasher: Hasher, clock: Clock, wish: RotationWish): { rotation: Rotation; text: string } {
  const { old, random, grace } = wish;
  const now = clock.now();
  const { record, text } = newKey(hasher, clock, { ...old, random, expires_at: wish.expires_at ?? sameLife(old, now) });
  const end = new Date(Math.min(now.getTime() + grace, Date.parse(old.expires_at ?? '') || Infinity));
  return {
    rotation: {
      key_id: old.key_id,
      successor: record,
      end: grace === 0 ? { revoked_at: now.toISOString() } : { expires_at: end.toISOString() },
    },
    text,
  };
}

function sameLife({ created_at, expires_at }: ApiKeyRecord, now: Date): string | undefined {
  if (expires_at === undefined) return undefined;
  return new Date(now.getTime() + Date.parse(expires_at) - Date.parse(created_at)).toISOString();
}
