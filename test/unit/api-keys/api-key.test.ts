import { Sha256Hasher } from '../../../adapters/crypto/hasher.ts';
import { randomKey } from '../../../adapters/crypto/random-key.ts';
import { MemoryApiKeyStore } from '../../../adapters/memory/api-keys.ts';
import { KeyId, TenantId, WarehouseUser } from '../../../contract/ids.ts';
import { authenticateKey, newKey } from '../../../core/api-keys/api-key.ts';
import { CachedKeys } from '../../../core/api-keys/cached-keys.ts';

const hasher = new Sha256Hasher();
const tenant_id = TenantId.parse('acme');
const at = (iso: string) => ({ now: () => new Date(iso) });
const clock = at('2026-11-22T10:00:00.000Z');

async function world(more: { expires_at?: string; revoked_at?: string } = {}) {
  const keys = new MemoryApiKeyStore();
  const { record, text } = newKey(hasher, clock, { tenant_id, permissions: ['bulk:read'], random: randomKey() });
  await keys.add({ ...record, ...more });
  return { keys, text, record, deps: { keys, hasher, clock } };
}

it('a key authenticates its tenant and permissions, as they were stored', async () => {
  const { deps, text, record } = await world();
  expect(await authenticateKey(deps, text)).toEqual({
    tenant_id,
    caller_id: record.key_id,
    permissions: ['bulk:read'],
  });
});

it("a key's warehouse user and name are stored, and the user comes with the caller", async () => {
  const warehouse_user = WarehouseUser.parse('acme_reader');
  const key = { tenant_id, permissions: [], random: randomKey(), name: 'nightly', warehouse_user };
  const { record, text } = newKey(hasher, clock, key);
  const keys = new MemoryApiKeyStore();
  await keys.add(record);
  expect(record).toMatchObject({ name: 'nightly', warehouse_user });
  expect(await authenticateKey({ keys, hasher, clock }, text)).toMatchObject({ warehouse_user });
});

it('what is stored does not contain the secret', async () => {
  const { record, text } = await world();
  const secret = text.split('_')[2] ?? text;
  expect(JSON.stringify(record)).not.toContain(secret);
});

it('two keys with the same secret have different hashes: salts are used', () => {
  const random = randomKey();
  const hashes = [random, { ...random, salt: randomKey().salt }].map(
    (one) => newKey(hasher, clock, { tenant_id, permissions: [], random: one }).record.hash,
  );
  expect(new Set(hashes).size).toBe(2);
});

it.each([
  ['of another secret', (text: string) => text.slice(0, -1) + (text.endsWith('a') ? 'b' : 'a')],
  ['of an unknown id', () => `sb_${'x'.repeat(12)}_${'y'.repeat(43)}`],
  ['without its secret', (text: string) => text.slice(0, 16)],
  ['with a tail', (text: string) => `${text}A`],
  ['that is empty', () => ''],
  ['that is a megabyte long', () => `sb_${'A'.repeat(1_000_000)}`],
])('a key %s is nobody', async (_hazard, forge) => {
  const { deps, text } = await world();
  expect(await authenticateKey(deps, forge(text))).toBeUndefined();
});

it('a revoked key and an expired one are nobody', async () => {
  const revoked = await world({ revoked_at: '2026-11-21T00:00:00.000Z' });
  expect(await authenticateKey(revoked.deps, revoked.text)).toBeUndefined();
  const expired = await world({ expires_at: '2026-11-22T10:00:00.000Z' });
  expect(await authenticateKey(expired.deps, expired.text)).toBeUndefined();
  expect(await authenticateKey({ ...expired.deps, clock: at('2026-11-22T09:59:59.000Z') }, expired.text)).toBeDefined();
});

it('a busy key is read once a minute, and a revocation is seen after that minute', async () => {
  const { record } = await world();
  let now = Date.parse('2026-11-22T10:00:00.000Z');
  let reads = 0;
  const counted = { find: () => Promise.resolve({ ...record, salt: String(++reads) }) };
  const cached = new CachedKeys(counted, { now: () => new Date(now) });
  for (let call = 0; call < 100; call += 1) await cached.find(record.key_id);
  expect(reads).toBe(1);
  now += 60_000;
  await cached.find(record.key_id);
  expect(reads).toBe(2);
});

it('the cache of keys is bounded, whoever asks', async () => {
  const { record } = await world();
  let reads = 0;
  const cached = new CachedKeys({ find: () => Promise.resolve({ ...record, salt: String(++reads) }) }, clock, {
    size: 2,
  });
  const ids = ['a', 'b', 'c'].map((letter) => KeyId.parse(letter.repeat(12)));
  for (const id of [...ids, ...ids]) await cached.find(id);
  expect(reads).toBe(6);
});
