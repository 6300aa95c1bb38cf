import {
  createLocalJWKSet,
  type CryptoKey,
  errors,
  type JWTHeaderParameters,
  jwtVerify,
  type JWTVerifyGetKey,
} from 'jose';
import type { TokenAlgorithm } from '../../contract/settings.ts';
import type { CachedKeySet } from '../../core/auth/cached-key-set.ts';
import type { Clock, KeySet, TokenFault, TokenVerdict, TokenVerifier } from '../../core/ports.ts';

/** Seconds that clocks may differ, and that a token lives at most after its `iat`, whatever its `exp`. */
const clockTolerance = 30;
const maxTokenAge = 24 * 3600;

/** RFC 9068 and plain tokens: what is signed for another purpose (`logout+jwt`, `dpop+jwt`) is no access token. */
const types = ['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt'];

/** Members of a header that bring a key along or say where to get one. Ours come from the issuer's JWKS and nowhere else. */
const keyMembers = ['jwk', 'jku', 'x5c', 'x5u'];

class Refused extends Error {
  readonly fault: TokenFault;

  constructor(fault: TokenFault, options?: ErrorOptions) {
    super(fault, options);
    this.fault = fault;
  }
}

/** JSON web tokens of one issuer, by the library jose. */
export class JoseTokenVerifier implements TokenVerifier {
  readonly #rules: { issuer: string; audience: string; algorithms: TokenAlgorithm[] };
  readonly #keys: Pick<CachedKeySet, 'keysFor'>;
  readonly #clock: Clock;
  readonly #imported = new WeakMap<KeySet, ReturnType<typeof createLocalJWKSet>>();

  constructor(options: {
    issuer: string;
    audience: string;
    algorithms: TokenAlgorithm[];
    keys: Pick<CachedKeySet, 'keysFor'>;
    clock: Clock;
  }) {
    const { issuer, audience, algorithms } = options;
    this.#rules = { issuer, audience, algorithms };
    this.#keys = options.keys;
    this.#clock = options.clock;
  }

  async verify(token: string): Promise<TokenVerdict> {
    try {
      const { payload } = await jwtVerify(token, (header, jws) => this.#key(header, jws), {
        ...this.#rules,
        currentDate: this.#clock.now(),
        clockTolerance,
        maxTokenAge,
        requiredClaims: ['exp'],
      });
      return { outcome: 'verified', claims: new Map(Object.entries(payload)) };
    } catch (error) {
      return { outcome: 'refused', fault: faultOf(error) };
    }
  }

  /** Called once the header is read and its algorithm is one of ours. */
  async #key(header: JWTHeaderParameters, jws: Parameters<JWTVerifyGetKey>[1]) {
    if (keyMembers.some((name) => name in header)) throw new Refused('key_in_header');
    const { typ = 'jwt', kid }: { typ?: unknown; kid?: unknown } = header;
    if (typeof typ !== 'string' || !types.includes(typ.toLowerCase())) throw new Refused('type');
    if (kid !== undefined && typeof kid !== 'string') throw new Refused('malformed');
    const set = await this.#keys.keysFor(kid);
    if (kid === undefined && set.keys.length > 1) throw new Refused('unknown_key');
    const key = await this.#import(set)(header, jws).catch((cause: unknown) => {
      throw new Refused('unknown_key', { cause });
    });
    if (isWeak(key)) throw new Refused('unknown_key');
    return key;
  }

  #import(set: KeySet): ReturnType<typeof createLocalJWKSet> {
    const known = this.#imported.get(set) ?? createLocalJWKSet(set);
    this.#imported.set(set, known);
    return known;
  }
}

/** RSA below 2048 bits, which nobody should trust and jose calls a programmer's error. */
const isWeak = ({ algorithm }: CryptoKey): boolean =>
  'modulusLength' in algorithm && Number(algorithm.modulusLength) < 2048;

/** Which check failed. @throws the error itself when the token is not at fault */
function faultOf(error: unknown): TokenFault {
  if (error instanceof Refused) return error.fault;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature';
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return faultOfClaim(error);
  if (error instanceof errors.JOSEError) return 'malformed';
  throw error;
}

function faultOfClaim({ claim, reason }: errors.JWTClaimValidationFailed): TokenFault {
  switch (claim) {
    case 'iss':
      return 'issuer';
    case 'aud':
      return 'audience';
    default:
      return reason === 'check_failed' ? 'not_yet_valid' : 'times';
  }
}
