import type { SignableRequest, Scope } from './signing.ts';

/** What a request says about its own signature, before any of it is believed. */
export interface Claim {
  via: 'header' | 'query';
  accessKeyId: string;
  scope: Scope;
  /** YYYYMMDDTHHMMSSZ */
  amzDate: string;
  signedAt: Date;
  signedHeaders: string[];
  signature: string;
  /** seconds of validity; presigned URLs only */
  expiresIn: number | undefined;
  payloadHash: string | undefined;
}

export type ClaimResult =
  { kind: 'claim'; claim: Claim } | { kind: 'none' } | { kind: 'malformed'; via: 'header' | 'query'; message: string };

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_EXPIRY_SECONDS = 604_800;

/** Finds the SigV4 fields in the Authorization header or, for presigned URLs, in the query. */
export function parseClaim(request: SignableRequest): ClaimResult {
  const query = new Map(request.query.map(([name, value]) => [name.toLowerCase(), value]));
  if (query.has('x-amz-algorithm') || query.has('x-amz-signature')) return parseQueryClaim(query);
  const authorization = request.headers.authorization;
  if (authorization === undefined) return { kind: 'none' };
  return parseHeaderClaim(authorization, request);
}

function parseHeaderClaim(authorization: string, request: SignableRequest): ClaimResult {
  const malformed = (message: string): ClaimResult => ({ kind: 'malformed', via: 'header', message });
  if (!authorization.startsWith(`${ALGORITHM} `)) return malformed('Unsupported Authorization Type');
  const fields = new Map(
    authorization
      .slice(ALGORITHM.length + 1)
      .split(',')
      .map((part) => splitAt(part.trim(), '=')),
  );
  const payloadHash = single(request.headers['x-amz-content-sha256']);
  return buildClaim('header', {
    credential: fields.get('Credential'),
    signedHeaders: fields.get('SignedHeaders'),
    signature: fields.get('Signature'),
    amzDate: single(request.headers['x-amz-date']),
    expiresIn: undefined,
    payloadHash,
  });
}

function parseQueryClaim(query: ReadonlyMap<string, string>): ClaimResult {
  const malformed = (message: string): ClaimResult => ({ kind: 'malformed', via: 'query', message });
  if (query.get('x-amz-algorithm') !== ALGORITHM) return malformed(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const expiry = query.get('x-amz-expires') ?? '';
  const expiresIn = Number(expiry);
  if (!/^\d+$/.test(expiry)) return malformed('X-Amz-Expires should be a number');
  if (expiresIn < 1 || expiresIn > MAX_EXPIRY_SECONDS)
    return malformed('X-Amz-Expires must be between 1 and 604800 seconds');
  return buildClaim('query', {
    credential: query.get('x-amz-credential'),
    signedHeaders: query.get('x-amz-signedheaders'),
    signature: query.get('x-amz-signature'),
    amzDate: query.get('x-amz-date'),
    expiresIn,
    payloadHash: query.get('x-amz-content-sha256'),
  });
}

interface RawClaim {
  credential: string | undefined;
  signedHeaders: string | undefined;
  signature: string | undefined;
  amzDate: string | undefined;
  expiresIn: number | undefined;
  payloadHash: string | undefined;
}

function buildClaim(via: 'header' | 'query', raw: RawClaim): ClaimResult {
  const { credential, signedHeaders, signature, amzDate } = raw;
  const malformed = (message: string): ClaimResult => ({ kind: 'malformed', via, message });
  if (credential === undefined || signedHeaders === undefined || signature === undefined)
    return malformed('Credential, SignedHeaders and Signature are all required');
  const parts = credential.split('/');
  const [date, region, service, terminator] = parts.slice(-4);
  const accessKeyId = parts.slice(0, -4).join('/');
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request')
    return malformed('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request"');
  const signedAt = parseAmzDate(amzDate ?? '');
  if (amzDate === undefined || signedAt === undefined)
    return malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  if (!amzDate.startsWith(date)) return malformed('the date of the Credential is not the date of the request');
  const headers = signedHeaders.split(';').map((name) => name.toLowerCase());
  const { expiresIn, payloadHash } = raw;
  return {
    kind: 'claim',
    claim: {
      via,
      accessKeyId,
      scope: { date, region, service },
      amzDate,
      signedAt,
      signedHeaders: headers,
      signature,
      expiresIn,
      payloadHash,
    },
  };
}

function parseAmzDate(text: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const date = new Date(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
