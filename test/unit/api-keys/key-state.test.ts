import { keyState } from '../../../core/api-keys/key-state.ts';

const now = new Date('2026-11-22T10:00:00.000Z');
const before = '2026-11-22T09:59:59.999Z';
const after = '2026-11-22T10:00:00.001Z';

it.each([
  [{}, 'active'],
  [{ expires_at: after }, 'active'],
  [{ expires_at: now.toISOString() }, 'expired'],
  [{ expires_at: before }, 'expired'],
  [{ revoked_at: before }, 'revoked'],
  [{ revoked_at: before, expires_at: before }, 'revoked'],
  // A clock that is behind does not let a revoked key in.
  [{ revoked_at: after, expires_at: after }, 'revoked'],
] as const)('a key with %j is %s', (key, state) => {
  expect(keyState(key, now)).toBe(state);
});
