import { Sha256Hasher } from '../../../adapters/crypto/hasher.ts';
import { randomKey } from '../../../adapters/crypto/random-key.ts';
import { MemoryApiKeyStore } from '../../../adapters/memory/api-keys.ts';
import { TenantId } from '../../../contract/ids.ts';
import { newKey } from '../../../core/api-keys/api-key.ts';
import { authenticate } from '../../../core/auth/authenticate.ts';
import { KeySetUnavailable } from '../../../core/auth/key-set-unavailable.ts';
import type { TokenVerdict } from '../../../core/ports.ts';

const hasher = new Sha256Hasher();
const clock = { now: () => new Date('2026-11-22T10:00:00.000Z') };
const names = { tenant: 'tenant_id', permissions: 'permissions', warehouseUser: 'warehouse_user' };
const verified: TokenVerdict = {
  outcome: 'verified',
  claims: new Map([
    ['tenant_id', 'globex'],
    ['sub', 'app'],
  ]),
};

async function world(verify: () => Promise<TokenVerdict> = () => Promise.resolve(verified)) {
  const keys = new MemoryApiKeyStore();
  const key = { tenant_id: TenantId.parse('acme'), permissions: [], random: randomKey() };
  const { record, text } = newKey(hasher, clock, key);
  await keys.add(record);
  const asked: string[] = [];
  const faults: unknown[] = [];
  const deps = {
    keys,
    hasher,
    clock,
    telemetry: { info: (_message: string, facts: Record<string, unknown>) => void faults.push(facts.fault) },
    tokens: {
      claims: names,
      verifier: {
        verify: (token: string) => {
          asked.push(token);
          return verify();
        },
      },
    },
  };
  return { deps, text, record, asked, faults };
}

it('keys and tokens come in side by side', async () => {
  const { deps, text, record, asked } = await world();
  expect(await authenticate(deps, { scheme: 'bearer', text })).toMatchObject({
    tenant_id: 'acme',
    caller_id: record.key_id,
  });
  expect(await authenticate(deps, { scheme: 'x-api-key', text })).toMatchObject({ tenant_id: 'acme' });
  expect(asked).toEqual([]);
  expect(await authenticate(deps, { scheme: 'bearer', text: 'a.b.c' })).toMatchObject({ tenant_id: 'globex' });
});

it.each([
  ['no dots', 'abc'],
  ['one dot', 'a.b'],
  ['the five parts of an encrypted token', 'a.b.c.d.e'],
])('what has %s is no token, and nobody', async (_shape, text) => {
  const { deps, asked } = await world();
  expect(await authenticate(deps, { scheme: 'bearer', text })).toBeUndefined();
  expect(asked).toEqual([]);
});

it('a token in the header for API keys is nobody', async () => {
  const { deps, asked } = await world();
  expect(await authenticate(deps, { scheme: 'x-api-key', text: 'a.b.c' })).toBeUndefined();
  expect(asked).toEqual([]);
});

it('where no issuer is configured every token is nobody', async () => {
  const { deps, faults } = await world();
  expect(await authenticate({ ...deps, tokens: undefined }, { scheme: 'bearer', text: 'a.b.c' })).toBeUndefined();
  expect(faults).toEqual(['no_issuer_configured']);
});

it('a token of more than 8 KB is nobody, and no work', async () => {
  const { deps, asked, faults } = await world();
  expect(await authenticate(deps, { scheme: 'bearer', text: `a.${'b'.repeat(8189)}.c` })).toBeUndefined();
  expect({ asked, faults }).toEqual({ asked: [], faults: ['too_large'] });
  expect(await authenticate(deps, { scheme: 'bearer', text: `a.${'b'.repeat(8188)}.c` })).toBeDefined();
});

it('why a token was refused is logged, by the check that it failed', async () => {
  const signature = await world(() => Promise.resolve({ outcome: 'refused', fault: 'signature' }));
  expect(await authenticate(signature.deps, { scheme: 'bearer', text: 'a.b.c' })).toBeUndefined();
  expect(signature.faults).toEqual(['signature']);
  const claims = await world(() => Promise.resolve({ outcome: 'verified', claims: new Map([['tenant_id', '../x']]) }));
  expect(await authenticate(claims.deps, { scheme: 'bearer', text: 'a.b.c' })).toBeUndefined();
  expect(claims.faults).toEqual(['tenant']);
});

it('keys that can not be read are an error and no refusal: the client is to come again', async () => {
  const { deps } = await world(() => Promise.reject(new KeySetUnavailable('down')));
  await expect(authenticate(deps, { scheme: 'bearer', text: 'a.b.c' })).rejects.toThrow(KeySetUnavailable);
});
