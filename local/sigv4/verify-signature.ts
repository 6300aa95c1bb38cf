import { timingSafeEqual } from 'node:crypto';
import { parseClaim, type Claim } from './parse-claim.ts';
import { canonicalRequest, hmac, signingKey, stringToSign, type Scope, type SignableRequest } from './signing.ts';

/** Secret of an access key id, or undefined when nobody has it. */
export type CredentialLookup = (accessKeyId: string) => string | undefined;

export interface VerifyOptions {
  credentials: CredentialLookup;
  now: Date;
  region: string;
  service: string;
  /** hex SHA-256 of the body, for services that send no x-amz-content-sha256 */
  payloadHash?: string;
}

/** A request whose signature holds. `key`, `scope` and `signature` seed the chunk signatures of streaming bodies. */
export interface Verified {
  ok: true;
  accessKeyId: string;
  via: 'header' | 'query';
  /** hex SHA-256, UNSIGNED-PAYLOAD or STREAMING-... as signed */
  payloadHash: string;
  key: Buffer;
  scope: Scope;
  amzDate: string;
  signature: string;
}

/** Error codes and messages as S3 words them. */
export interface Refused {
  ok: false;
  status: 400 | 403;
  code: string;
  message: string;
  details: Record<string, string>;
}

const MAX_SKEW_MS = 15 * 60_000;
const UNSIGNED = 'UNSIGNED-PAYLOAD';

/** Recomputes the SigV4 signature of a request (header or presigned query) and says whether it holds now. */
export function verifySignature(request: SignableRequest, options: VerifyOptions): Verified | Refused {
  const parsed = parseClaim(request);
  if (parsed.kind === 'none') return refuse(403, 'AccessDenied', 'Access Denied');
  if (parsed.kind === 'malformed') return malformed(parsed.via, parsed.message);
  const { claim } = parsed;
  const refusal = checkScope(claim, options) ?? checkTime(claim, options.now) ?? checkHeaders(claim, request);
  if (refusal) return refusal;

  const secret = options.credentials(claim.accessKeyId);
  if (secret === undefined)
    return refuse(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
      AWSAccessKeyId: claim.accessKeyId,
    });
  const payloadHash = claim.payloadHash ?? (claim.via === 'query' ? UNSIGNED : options.payloadHash);
  if (payloadHash === undefined)
    return refuse(400, 'InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');

  const canonical = canonicalRequest(request, claim.signedHeaders, payloadHash, options.service);
  const key = signingKey(secret, claim.scope);
  const text = stringToSign(canonical, claim.amzDate, claim.scope);
  if (!sameText(hmac(key, text).toString('hex'), claim.signature)) return mismatch(claim, text, canonical);
  const { accessKeyId, via, scope, amzDate, signature } = claim;
  return { ok: true, accessKeyId, via, payloadHash, key, scope, amzDate, signature };
}

/** Compares in constant time. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function checkScope(claim: Claim, options: VerifyOptions): Refused | undefined {
  if (claim.scope.region !== options.region)
    return malformed(claim.via, `the region '${claim.scope.region}' is wrong; expecting '${options.region}'`, {
      Region: options.region,
    });
  if (claim.scope.service !== options.service)
    return malformed(
      claim.via,
      `incorrect service "${claim.scope.service}". This endpoint belongs to "${options.service}".`,
    );
  return undefined;
}

function checkTime(claim: Claim, now: Date): Refused | undefined {
  const ageMs = now.getTime() - claim.signedAt.getTime();
  if (claim.expiresIn === undefined) {
    if (Math.abs(ageMs) <= MAX_SKEW_MS) return undefined;
    const message = 'The difference between the request time and the current time is too large.';
    return refuse(403, 'RequestTimeTooSkewed', message, {
      RequestTime: claim.amzDate,
      ServerTime: now.toISOString(),
      MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
    });
  }
  if (ageMs < -MAX_SKEW_MS) return refuse(403, 'AccessDenied', 'Request is not yet valid');
  if (ageMs <= claim.expiresIn * 1000) return undefined;
  const expires = new Date(claim.signedAt.getTime() + claim.expiresIn * 1000).toISOString();
  return refuse(403, 'AccessDenied', 'Request has expired', {
    'X-Amz-Expires': String(claim.expiresIn),
    Expires: expires,
    ServerTime: now.toISOString(),
  });
}

/** Every x-amz-* header that is sent must be signed, or a bearer of the URL could change what it does. */
function checkHeaders(claim: Claim, request: SignableRequest): Refused | undefined {
  const signed = new Set(claim.signedHeaders);
  const exempt = claim.via === 'query' ? new Set(['x-amz-content-sha256', 'x-amz-date']) : new Set<string>();
  const unsigned = Object.keys(request.headers).filter(
    (name) => name.startsWith('x-amz-') && !signed.has(name) && !exempt.has(name),
  );
  if (!signed.has('host')) unsigned.push('host');
  if (unsigned.length === 0) return undefined;
  return refuse(403, 'AccessDenied', 'There were headers present in the request which were not signed', {
    HeadersNotSigned: unsigned.join(', '),
  });
}

function mismatch(claim: Claim, text: string, canonical: string): Refused {
  return refuse(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    {
      AWSAccessKeyId: claim.accessKeyId,
      StringToSign: text,
      SignatureProvided: claim.signature,
      CanonicalRequest: canonical,
    },
  );
}

function malformed(via: 'header' | 'query', message: string, details: Record<string, string> = {}): Refused {
  return via === 'query'
    ? refuse(400, 'AuthorizationQueryParametersError', message, details)
    : refuse(400, 'AuthorizationHeaderMalformed', `The authorization header is malformed; ${message}`, details);
}

function refuse(status: 400 | 403, code: string, message: string, details: Record<string, string> = {}): Refused {
  return { ok: false, status, code, message, details };
}
