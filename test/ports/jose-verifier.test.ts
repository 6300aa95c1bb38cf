import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import * as fc from 'fast-check';
import type { JWTPayload } from 'jose';
import { JoseTokenVerifier } from '../../adapters/jwt/jose-verifier.ts';
import type { TokenAlgorithm } from '../../contract/settings.ts';
import { KeySetUnavailable } from '../../core/auth/key-set-unavailable.ts';
import type { KeySet, TokenFault } from '../../core/ports.ts';
import { forge, makeSigner, seconds, type Signer } from '../support/issuer.ts';
import { later, noon, SetClock } from './samples.ts';

const issuer = 'https://login.example.com/';
const audience = 'https://bulk.example.com';
const at = (offset: number) => seconds(later(offset));
const good: JWTPayload = { iss: issuer, aud: audience, sub: 'app', iat: at(-60), exp: at(600), tenant_id: 'acme' };

let rsa: Signer;
let ec: Signer;
beforeAll(async () => {
  rsa = await makeSigner('RS256', 'one');
  ec = await makeSigner('ES256', 'two');
});

const only = (...signers: Signer[]): KeySet => ({ keys: signers.map(({ publicKey }) => publicKey) });

interface Setting {
  set?: KeySet;
  algorithms?: TokenAlgorithm[];
}

const verifier = ({ set = only(rsa, ec), algorithms = ['RS256', 'ES256'] }: Setting = {}) =>
  new JoseTokenVerifier({
    issuer,
    audience,
    algorithms,
    keys: { keysFor: () => Promise.resolve(set) },
    clock: new SetClock(),
  });

const verdict = (token: string, setting?: Setting) => verifier(setting).verify(token);

async function refuses(fault: TokenFault, token: string | Promise<string>, setting?: Setting): Promise<void> {
  expect(await verdict(await token, setting)).toEqual({ outcome: 'refused', fault });
}

const without = (name: string): JWTPayload => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
const with_ = (claims: Record<string, unknown>): JWTPayload => ({ ...good, ...claims });

describe('a token of the issuer', () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)(
    'signed with %s is verified, its claims are told',
    async (alg) => {
      const signer = await makeSigner(alg, 'k');
      const told = await verdict(await signer.sign(good), { set: only(signer), algorithms: [alg] });
      expect(told).toEqual({ outcome: 'verified', claims: new Map(Object.entries(good)) });
    },
  );

  it.each([
    ['of RFC 9068', { typ: 'at+jwt' }],
    ['in capitals', { typ: 'JWT' }],
    ['with a prefix', { typ: 'application/at+jwt' }],
  ])('may have a type %s', async (_what, header) => {
    expect((await verdict(await rsa.sign(good, header))).outcome).toBe('verified');
  });

  it('may be for several audiences', async () => {
    const token = await ec.sign(with_({ aud: ['https://other.example.com', audience] }));
    expect((await verdict(token)).outcome).toBe('verified');
  });

  it('may be off by 30 seconds either way', async () => {
    for (const claims of [{ exp: at(-29) }, { nbf: at(30) }, { iat: at(30) }])
      expect((await verdict(await rsa.sign(with_(claims)))).outcome).toBe('verified');
  });

  it('needs no kid where the issuer has one key', async () => {
    const signer = await makeSigner('RS256');
    expect((await verdict(await signer.sign(good), { set: only(signer) })).outcome).toBe('verified');
  });
});

describe('a forged token is refused:', () => {
  it('unsigned, whatever it calls its algorithm', async () => {
    for (const alg of ['none', 'None', 'NONE']) await refuses('algorithm', forge({ alg, kid: 'one' }, good));
    await refuses('malformed', forge({ alg: '', kid: 'one' }, good));
    await refuses('malformed', forge({ kid: 'one' }, good));
    await refuses('signature', forge({ alg: 'RS256', kid: 'one' }, good));
  });

  it('signed by HMAC, with the public key as its secret', async () => {
    const { publicKey } = rsa;
    for (const secret of [
      JSON.stringify(publicKey),
      Buffer.from(String(publicKey.n), 'base64url'),
      String(publicKey.n),
    ]) {
      const unsigned = forge({ alg: 'HS256', kid: 'one' }, good).slice(0, -1);
      const token = `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
      await refuses('algorithm', token);
    }
  });

  it('signed by a shared secret that slipped into the key set', async () => {
    const secret = Buffer.from('secret'.repeat(8));
    const unsigned = forge({ alg: 'HS256', kid: 's' }, good).slice(0, -1);
    const token = `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
    await refuses('algorithm', token, { set: { keys: [{ kty: 'oct', kid: 's', k: secret.toString('base64url') }] } });
  });

  it('by another key under the kid of a real one', async () => {
    await refuses('signature', (await makeSigner('RS256', 'one')).sign(good));
    await refuses('signature', (await makeSigner('ES256', 'two')).sign(good));
  });

  it('by a key that nobody knows', async () => refuses('unknown_key', (await makeSigner('RS256', 'three')).sign(good)));

  it('by a key that it brings along, or says where to find', async () => {
    const other = await makeSigner('RS256', 'one');
    for (const header of [
      { jwk: other.publicKey as object },
      { jku: 'https://evil.example.com/jwks.json' },
      { x5u: 'https://evil.example.com/cert.pem' },
      { x5c: ['MIIB'] },
    ]) {
      await refuses('key_in_header', other.sign(good, header));
      await refuses('key_in_header', rsa.sign(good, header));
    }
  });

  it('with another body under its signature, or no whole signature', async () => {
    const [header = '', , signature = ''] = (await rsa.sign(good)).split('.');
    const [, body = ''] = forge({}, with_({ tenant_id: 'globex' })).split('.');
    await refuses('signature', `${header}.${body}.${signature}`);
    await refuses('signature', (await rsa.sign(good)).slice(0, -4));
  });

  it('by an algorithm that is not among those configured, though the key would do', async () => {
    const signer = await makeSigner('PS256', 'one');
    await refuses('algorithm', signer.sign(good), { set: only(signer) });
    await refuses('algorithm', ec.sign(good), { algorithms: ['RS256'] });
  });

  it('by a key of another kind than its algorithm', async () => refuses('unknown_key', rsa.sign(good, { kid: 'two' })));

  it('without a kid, where one of several keys could be meant', async () => {
    const signer = await makeSigner('RS256');
    await refuses('unknown_key', signer.sign(good), { set: only(signer, ec) });
  });

  it('with extensions that must be understood and are not', async () => {
    await refuses('malformed', forge({ alg: 'RS256', kid: 'one', crit: ['x'], x: 1 }, good));
    await refuses('signature', forge({ alg: 'RS256', kid: 'one', crit: ['b64'], b64: false }, good));
    await refuses('malformed', forge({ alg: 'RS256', kid: { toString: 'one' } }, good));
  });
});

describe('a token of the issuer that is not for this, or not now, is refused:', () => {
  it.each<[string, TokenFault, () => JWTPayload]>([
    ['of another issuer', 'issuer', () => with_({ iss: 'https://login.example.com' })],
    ['without an issuer', 'issuer', () => without('iss')],
    ['of an issuer in a list', 'issuer', () => ({ ...good, iss: [issuer] as never })],
    ['for another audience', 'audience', () => with_({ aud: `${audience}/` })],
    ['for a list of others', 'audience', () => with_({ aud: ['a', 'b'] })],
    ['for nobody', 'audience', () => without('aud')],
    ['expired', 'expired', () => with_({ exp: at(-31) })],
    ['that never expires', 'times', () => without('exp')],
    ['that expires at no number', 'times', () => with_({ exp: String(at(600)) })],
    ['not yet valid', 'not_yet_valid', () => with_({ nbf: at(31) })],
    ['issued in the future', 'not_yet_valid', () => with_({ iat: at(60) })],
    ['that does not say since when', 'times', () => without('iat')],
    ['of the day before yesterday, though it lasts a year', 'expired', () => with_({ iat: at(-86_500), exp: at(3e7) })],
  ])('%s', async (_hazard, fault, claims) => refuses(fault, rsa.sign(claims())));

  it('for logging out, or a proof of possession', async () => {
    for (const typ of ['logout+jwt', 'dpop+jwt', 'secevent+jwt', '']) await refuses('type', rsa.sign(good, { typ }));
  });
});

describe('a key set with a fault of its own', () => {
  it('lets nobody in by a key that can not be read', async () => {
    const broken = { keys: [{ ...rsa.publicKey, n: '!' }, ec.publicKey] };
    await refuses('unknown_key', rsa.sign(good), { set: broken });
    expect((await verdict(await ec.sign(good), { set: broken })).outcome).toBe('verified');
  });

  it('lets nobody in by an RSA key that is too short', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const unsigned = forge({ alg: 'RS256', kid: 'short' }, good).slice(0, -1);
    const token = `${unsigned}.${sign('sha256', Buffer.from(unsigned), privateKey).toString('base64url')}`;
    const { kty = '', ...members } = publicKey.export({ format: 'jwk' });
    await refuses('unknown_key', token, { set: { keys: [{ ...members, kty, kid: 'short' }] } });
  });

  it('lets nobody in by a key that is for encryption', async () => {
    await refuses('unknown_key', rsa.sign(good), { set: { keys: [{ ...rsa.publicKey, use: 'enc' }] } });
  });

  it('lets nobody in by one of two keys of the same kid', async () => {
    const twin = await makeSigner('RS256', 'one');
    await refuses('unknown_key', rsa.sign(good), { set: only(rsa, twin) });
  });
});

it('whether keys could be read is not a matter of the token: the error goes on', async () => {
  const error = new KeySetUnavailable('down');
  const unable = new JoseTokenVerifier({
    issuer,
    audience,
    algorithms: ['RS256'],
    keys: { keysFor: () => Promise.reject(error) },
    clock: { now: () => noon },
  });
  await expect(unable.verify(await rsa.sign(good))).rejects.toBe(error);
  expect(await unable.verify(await ec.sign(good))).toEqual({ outcome: 'refused', fault: 'algorithm' });
});

it('no text with two dots is anything but refused', async () => {
  const checked = verifier();
  const text = fc.string({ unit: 'binary' });
  const member = fc.oneof(text, fc.integer(), fc.constant(null), fc.object(), fc.constantFrom('RS256', 'one', 'JWT'));
  const header = fc.dictionary(fc.constantFrom('alg', 'kid', 'typ', 'crit', 'b64', 'jwk', '__proto__'), member);
  const tokens = fc.oneof(
    fc.tuple(text, text, text).map((parts) => parts.join('.')),
    fc.tuple(header, fc.object(), text).map(([head, claims, signature]) => forge(head, claims, signature)),
  );
  await fc.assert(
    fc.asyncProperty(tokens, async (token) => expect((await checked.verify(token)).outcome).toBe('refused')),
  );
});
