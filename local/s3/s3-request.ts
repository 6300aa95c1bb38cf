import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Verified } from '../sigv4/verify-signature.ts';
import { parseQuery, type QueryPair } from '../sigv4/uri-encoding.ts';
import { s3Error } from './s3-error.ts';

/** What is asked for, before it is known who asks. */
export interface Target {
  method: string;
  /** the path as sent, decoded once */
  path: string;
  queryPairs: readonly QueryPair[];
  query: ReadonlyMap<string, string>;
  headers: IncomingHttpHeaders;
  bucket: string | undefined;
  key: string | undefined;
}

/** A request whose signature holds. */
export interface S3Request extends Target {
  auth: Verified;
  message: IncomingMessage;
}

const VIRTUAL_HOST = /^(.+?)\.(?:s3(?:[.-][a-z0-9-]+)?\.)?(?:localhost|amazonaws\.com)$/;
const SERVICE_HOST = /^s3(?:[.-][a-z0-9-]+)?\.(?:localhost|amazonaws\.com)$/;

/**
 * Reads bucket and key, from the host (`bucket.localhost`, `bucket.s3.localhost`) or from the path.
 * @throws S3Error InvalidURI
 */
export function parseTarget(message: IncomingMessage): Target {
  const url = message.url ?? '/';
  const at = url.indexOf('?');
  const [path, queryPairs] = decode(at === -1 ? url : url.slice(0, at), at === -1 ? '' : url.slice(at + 1));
  const hostBucket = bucketOfHost(message.headers.host ?? '');
  const slash = path.indexOf('/', 1);
  const [bucket, key] =
    hostBucket !== undefined
      ? [hostBucket, path.slice(1)]
      : slash === -1
        ? [path.slice(1), '']
        : [path.slice(1, slash), path.slice(slash + 1)];
  return {
    method: message.method ?? 'GET',
    path,
    queryPairs,
    query: new Map(queryPairs),
    headers: message.headers,
    bucket: bucket === '' ? undefined : bucket,
    key: key === '' ? undefined : key,
  };
}

/** The value of an x-amz-* field: a header, or the query parameter it becomes in a presigned URL. */
export function amzField(request: Target, name: string): string | undefined {
  const header = request.headers[name];
  if (header !== undefined) return Array.isArray(header) ? header.join(',') : header;
  return request.queryPairs.find(([key]) => key.toLowerCase() === name)?.[1];
}

/** All x-amz-* fields that start with a prefix, by name in lower case. */
export function amzFields(request: Target, prefix: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of request.queryPairs)
    if (name.toLowerCase().startsWith(prefix)) found.set(name.toLowerCase(), value);
  for (const [name, value] of Object.entries(request.headers))
    if (name.startsWith(prefix) && value !== undefined) found.set(name, String(value));
  return found;
}

export function headerText(request: Target, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

function decode(path: string, query: string): [string, QueryPair[]] {
  try {
    return [decodeURIComponent(path), parseQuery(query)];
  } catch (error) {
    throw s3Error('InvalidURI', {}, undefined, error);
  }
}

function bucketOfHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (SERVICE_HOST.test(name)) return undefined;
  return VIRTUAL_HOST.exec(name)?.[1];
}
