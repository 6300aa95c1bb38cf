import { createHmac } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { forge, type LocalIssuer, makeSigner, seconds, type Signer, startIssuer } from '../support/issuer.ts';
import { type Client, type Service, startService, until } from './harness.ts';

const audience = 'https://bulk.example.com';
const everything = ['bulk:read', 'bulk:write'];

let issuer: LocalIssuer;
let service: Service;
let first: Signer;
let second: Signer;
beforeAll(async () => {
  issuer = await startIssuer();
  [first, second] = await Promise.all([makeSigner('RS256', 'first'), makeSigner('ES256', 'second')]);
  service = await startService({
    settings: {
      SPECTRA_JWT_ISSUER: issuer.url,
      SPECTRA_JWT_AUDIENCE: audience,
      SPECTRA_JWT_TENANT_CLAIM: 'https://example.com/tenant',
    },
    // One process: what one learns of the issuer's keys, the others would not know.
    concurrency: 1,
  });
});
afterAll(async () => {
  await service.stop();
  await issuer.stop();
});

const claims = (tenant: string, more: Record<string, unknown> = {}): JWTPayload => ({
  iss: issuer.url,
  aud: audience,
  sub: 'pipeline@example.com',
  iat: seconds(Date.now()),
  exp: seconds(Date.now()) + 300,
  permissions: everything,
  'https://example.com/tenant': tenant,
  ...more,
});

const holder = (token: string, more: Record<string, string> = {}): Client =>
  service.anybody({ authorization: `Bearer ${token}`, ...more });

const answerTo = async (token: string) => {
  const { status, body, headers } = await holder(token).problem('GET', '/bulk/jobs');
  return { status, code: body.code, retry: headers.get('retry-after') };
};
const unauthorized = { status: 401, code: 'UNAUTHORIZED', retry: null };

// The order of these matters: the issuer comes up, is used, and changes its keys.

it('while the keys of the issuer can not be had at all, a token is told to come again, and API keys work on', async () => {
  issuer.serve('down', 503);
  expect(await answerTo(await first.sign(claims('demo')))).toEqual({
    status: 503,
    code: 'SERVICE_UNAVAILABLE',
    retry: '5',
  });
  expect((await service.demo.list()).jobs).toEqual([]);
  expect(await answerTo(forge({ alg: 'none' }, claims('demo')))).toEqual(unauthorized);
});

it('a token of the issuer runs an export of its tenant, beside an API key of the same tenant', async () => {
  issuer.serve({ keys: [first.publicKey] });
  const client = holder(await first.sign(claims('acme')));
  await until('the keys to be read', async () => {
    const { status } = await client.call('GET', '/bulk/jobs');
    return status === 200 ? true : undefined;
  });
  const { job_id, tenant_id } = await client.complete('SELECT 1 AS one');
  expect(tenant_id).toBe('acme');
  const byKey = await service.tenant('acme');
  expect((await byKey.list()).jobs.map((job) => job.job_id)).toEqual([job_id]);
  expect((await service.demo.problem('GET', `/bulk/jobs/${job_id}`)).status).toBe(404);
});

it('who cancels a job is named by the subject of the token', async () => {
  const client = holder(await first.sign(claims('acme', { sub: 'sales"ops' })));
  const { job_id } = await client.create({ query: 'SELECT 1 AS one' });
  const { body } = await client.patch(job_id, { state: 'Aborted' });
  expect(body.cancelled_by).toMatch(/^jwt:sales_ops~[0-9a-f]{12}$/);
});

it('X-Tenant-ID may repeat the tenant of a token, and name no other', async () => {
  const token = await first.sign(claims('acme'));
  expect((await holder(token, { 'x-tenant-id': 'acme' }).call('GET', '/bulk/jobs')).status).toBe(200);
  const { status, body } = await holder(token, { 'x-tenant-id': 'globex' }).problem('GET', '/bulk/jobs');
  expect({ status, code: body.code }).toEqual({ status: 403, code: 'TENANT_MISMATCH' });
});

it('a token may do what it lists: scopes of others give nothing, and nothing listed is nothing allowed', async () => {
  const reader = holder(await first.sign(claims('acme', { permissions: undefined, scope: 'openid bulk:read' })));
  expect((await reader.call('GET', '/bulk/jobs')).status).toBe(200);
  expect((await reader.problem('POST', '/bulk/jobs', { body: { query: 'SELECT 1' } })).body.code).toBe('FORBIDDEN');
  const nobody = holder(await first.sign(claims('acme', { permissions: ['admin', 'bulk:*'] })));
  expect((await nobody.problem('GET', '/bulk/jobs')).body.code).toBe('FORBIDDEN');
});

describe('a token that is not good is a 401, and nothing tells why:', () => {
  it.each<[string, () => Promise<string> | string]>([
    ['unsigned', () => forge({ alg: 'none' }, claims('acme'))],
    [
      'signed by HMAC with the public key',
      () => {
        const unsigned = forge({ alg: 'HS256', kid: 'first' }, claims('acme')).slice(0, -1);
        const secret = JSON.stringify(first.publicKey);
        return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
      },
    ],
    ['of a key under the kid of another', async () => (await makeSigner('RS256', 'first')).sign(claims('acme'))],
    [
      'that brings its own key',
      async () => {
        const own = await makeSigner('RS256', 'first');
        return own.sign(claims('acme'), { jwk: own.publicKey });
      },
    ],
    ['that says where its key is', () => first.sign(claims('acme'), { jku: `${issuer.url}/mine.json` })],
    ['that says where its certificate is', () => first.sign(claims('acme'), { x5u: `${issuer.url}/mine.pem` })],
    ['of another issuer', () => first.sign(claims('acme', { iss: `${issuer.url}/` }))],
    ['for another audience', () => first.sign(claims('acme', { aud: 'https://other.example.com' }))],
    ['that has expired', () => first.sign(claims('acme', { exp: seconds(Date.now()) - 60 }))],
    ['that is not yet valid', () => first.sign(claims('acme', { nbf: seconds(Date.now()) + 120 }))],
    ['that never expires', () => first.sign(claims('acme', { exp: undefined }))],
    ['of a tenant that could be a path', () => first.sign(claims('../acme'))],
    ['of no tenant', () => first.sign(claims('acme', { 'https://example.com/tenant': undefined, tenant_id: 'acme' }))],
    ['of a database user that would need quotes', () => first.sign(claims('acme', { warehouse_user: 'a"b' }))],
    ['of more than 8 KB', () => first.sign(claims('acme', { padding: 'x'.repeat(6500) }))],
    ['that is cut off', async () => (await first.sign(claims('acme'))).slice(0, -20)],
  ])('%s', async (_hazard, make) => {
    expect(await answerTo(await make())).toEqual(unauthorized);
  });

  it('one in the header for API keys', async () => {
    const client = service.anybody({ 'x-api-key': await first.sign(claims('acme')) });
    expect((await client.problem('GET', '/bulk/jobs')).status).toBe(401);
  });

  it('the log of the authorizer says which check it failed', () => {
    const faults = service.logs.flatMap((line) => /"fault":"(\w+)"/.exec(line)?.[1] ?? []);
    expect([...new Set(faults)].sort()).toEqual([
      'algorithm',
      'audience',
      'expired',
      'issuer',
      'key_in_header',
      'not_yet_valid',
      'signature',
      'tenant',
      'times',
      'too_large',
      'warehouse_user',
    ]);
  });
});

it('a key that the issuer adds is found by its first token, and the old one works on beside it', async () => {
  issuer.serve({ keys: [first.publicKey, second.publicKey] });
  const client = holder(await second.sign(claims('acme')));
  await until('the new key to be found', async () => {
    const { status } = await client.call('GET', '/bulk/jobs');
    return status === 200 ? true : undefined;
  });
  expect((await holder(await first.sign(claims('acme'))).call('GET', '/bulk/jobs')).status).toBe(200);
});

it('tokens with made-up kids do not make the authorizer a load on the issuer', async () => {
  const before = issuer.requests().length;
  for (let call = 0; call < 20; call += 1) {
    const stranger = { kid: `made-up-${call}`, alg: 'RS256' };
    expect(await answerTo(forge(stranger, claims('acme')))).toEqual(unauthorized);
  }
  expect(issuer.requests().length - before).toBeLessThanOrEqual(2);
  expect(new Set(issuer.requests().map(({ url }) => url))).toEqual(new Set(['/.well-known/jwks.json']));
});

it('while the issuer is down, keys that are known let in and an unknown one is told to come again', async () => {
  issuer.serve('down', 500);
  const stranger = await (await makeSigner('RS256', 'third')).sign(claims('acme'));
  await until('the outage to be noticed', async () => ((await answerTo(stranger)).status === 503 ? true : undefined));
  expect((await holder(await second.sign(claims('acme'))).call('GET', '/bulk/jobs')).status).toBe(200);
});

it('no answer and no log holds a token', () => {
  expect(service.logs.filter((line) => /eyJ[\w-]+\.eyJ/.test(line))).toEqual([]);
});
