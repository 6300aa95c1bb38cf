import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { encodePath, encodeRfc3986, type QueryPair } from './uri-encoding.ts';

/** What a signature is computed over, apart from the key. */
export interface SignableRequest {
  method: string;
  /** the path decoded once, starting with `/` */
  path: string;
  query: readonly QueryPair[];
  headers: IncomingHttpHeaders;
}

export interface Scope {
  /** YYYYMMDD */
  date: string;
  region: string;
  service: string;
}

export const scopeText = (scope: Scope): string => `${scope.date}/${scope.region}/${scope.service}/aws4_request`;

export const sha256Hex = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

export const hmac = (key: Uint8Array | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const keys = new Map<string, Buffer>();
const MAX_CACHED_KEYS = 100;

/** The derived key of a day, region and service; cached, because each derivation is four HMACs. */
export function signingKey(secret: string, scope: Scope): Buffer {
  const name = `${scopeText(scope)} ${secret}`;
  const known = keys.get(name);
  if (known) return known;
  if (keys.size >= MAX_CACHED_KEYS) keys.clear();
  const key = [scope.date, scope.region, scope.service, 'aws4_request'].reduce<Buffer>(
    (previous, part) => hmac(previous, part),
    Buffer.from(`AWS4${secret}`),
  );
  keys.set(name, key);
  return key;
}

/** The canonical request text. S3 encodes the path once, every other service twice. */
export function canonicalRequest(
  request: SignableRequest,
  signedHeaders: readonly string[],
  payloadHash: string,
  service: string,
): string {
  const path = encodePath(request.path);
  return [
    request.method,
    service === 's3' ? path : encodePath(path),
    canonicalQuery(request.query),
    ...signedHeaders.map((name) => `${name}:${canonicalHeaderValue(request.headers[name])}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

export function stringToSign(canonical: string, amzDate: string, scope: Scope): string {
  return ['AWS4-HMAC-SHA256', amzDate, scopeText(scope), sha256Hex(canonical)].join('\n');
}

function canonicalQuery(query: readonly QueryPair[]): string {
  return query
    .filter(([name]) => name.toLowerCase() !== 'x-amz-signature')
    .map(([name, value]) => [encodeRfc3986(name), encodeRfc3986(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function canonicalHeaderValue(value: string | string[] | undefined): string {
  const text = Array.isArray(value) ? value.join(',') : (value ?? '');
  return text.trim().replace(/\s+/g, ' ');
}
