import type { ServerResponse } from 'node:http';
import { xmlDocument, type XmlValue } from '../xml.ts';
import { checksumHeader, type Checksum } from './checksums.ts';
import { s3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import type { Bucket } from './store/bucket.ts';
import type { Buckets } from './store/buckets.ts';
import type { LocalFiles } from './store/local-files.ts';

/** What happened to an object, named as in S3's event notifications. */
export interface S3Event {
  name: 'ObjectCreated:Put' | 'ObjectCreated:Copy' | 'ObjectCreated:CompleteMultipartUpload' | 'ObjectRemoved:Delete';
  bucket: string;
  key: string;
  /** bytes */
  size: number;
  etag: string;
  time: Date;
}

/** One authenticated request on its way to an operation. */
export interface Call {
  request: S3Request;
  response: ServerResponse;
  buckets: Buckets;
  /** undefined: files are not taken by reference */
  localFiles: LocalFiles | undefined;
  region: string;
  clock: () => Date;
  emit: (event: S3Event) => void;
}

export type Operation = (call: Call) => Promise<void>;

const MAX_KEY_BYTES = 1024;
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** @throws S3Error NoSuchBucket */
export function bucketOf(call: Call): Bucket {
  return call.buckets.get(call.request.bucket ?? '');
}

/** @throws S3Error KeyTooLongError */
export function keyOf(call: Call): string {
  const key = call.request.key ?? '';
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw s3Error('KeyTooLongError');
  return key;
}

export function sendXml(call: Call, root: string, content: XmlValue, headers: Record<string, string> = {}): void {
  sendDocument(call, xmlDocument(root, content, NAMESPACE), headers);
}

export function sendDocument(call: Call, document: string, headers: Record<string, string> = {}): void {
  const length = Buffer.byteLength(document);
  call.response.writeHead(200, { ...headers, 'content-type': 'application/xml', 'content-length': length });
  call.response.end(document);
}

export function sendEmpty(call: Call, status: number, headers: Record<string, string> = {}): void {
  call.response.writeHead(status, status === 204 ? headers : { ...headers, 'content-length': '0' });
  call.response.end();
}

export const quoted = (etag: string): string => `"${etag}"`;

export const checksumHeaders = (checksum: Checksum): Record<string, string> => ({
  [checksumHeader(checksum.algorithm)]: checksum.value,
  'x-amz-checksum-type': checksum.type,
});

/**
 * A whole number within bounds from the query.
 * @throws S3Error InvalidArgument
 */
export function queryNumber(call: Call, name: string, fallback: number, max: number): number {
  const text = call.request.query.get(name);
  if (text === undefined) return fallback;
  if (!/^\d{1,9}$/.test(text)) throw s3Error('InvalidArgument', { ArgumentName: name, ArgumentValue: text });
  return Math.min(Number(text), max);
}
