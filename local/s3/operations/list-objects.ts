import { bucketOf, queryNumber, quoted, sendXml, type Operation } from '../call.ts';
import { s3Error } from '../s3-error.ts';
import { encodePath } from '../../sigv4/uri-encoding.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectRecord } from '../store/records.ts';

const MAX_KEYS = 1000;

interface Page {
  objects: ObjectRecord[];
  commonPrefixes: string[];
  /** where the next page starts (inclusive); undefined at the end */
  next: string | undefined;
}

/** ListObjectsV2. A continuation token is the key to go on from, so it survives restarts. */
export const listObjects: Operation = (call) => {
  const { query } = call.request;
  const bucket = bucketOf(call);
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const maxKeys = queryNumber(call, 'max-keys', MAX_KEYS, MAX_KEYS);
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  const page = readPage(bucket, { prefix, delimiter, maxKeys, from: startOf(token, startAfter) });
  const encode = encoder(query.get('encoding-type'));
  sendXml(call, 'ListBucketResult', {
    Name: bucket.record.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: maxKeys,
    EncodingType: query.get('encoding-type'),
    KeyCount: page.objects.length + page.commonPrefixes.length,
    IsTruncated: page.next !== undefined,
    ContinuationToken: token,
    NextContinuationToken: page.next === undefined ? undefined : Buffer.from(page.next).toString('base64url'),
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    Contents: page.objects.map((object) => ({
      Key: encode(object.key),
      LastModified: object.last_modified,
      ETag: quoted(object.etag),
      ChecksumAlgorithm: object.checksum?.algorithm,
      ChecksumType: object.checksum?.type,
      Size: object.bytes,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
  });
  return Promise.resolve();
};

interface PageQuery {
  prefix: string;
  delimiter: string;
  maxKeys: number;
  /** keys before this one are left out */
  from: string;
}

function readPage(bucket: Bucket, { prefix, delimiter, maxKeys, from }: PageQuery): Page {
  const page: Page = { objects: [], commonPrefixes: [], next: undefined };
  const { index } = bucket;
  let at = Math.max(index.lowerBound(prefix), index.lowerBound(from));
  for (let count = 0; ; count++) {
    const key = index.at(at);
    if (key === undefined || !key.startsWith(prefix) || maxKeys === 0) return page;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const common = cut === -1 ? undefined : key.slice(0, cut + delimiter.length);
    if (count === maxKeys) return { ...page, next: key };
    if (common === undefined) {
      const object = bucket.get(key);
      if (object) page.objects.push(object);
      at++;
    } else {
      page.commonPrefixes.push(common);
      at = index.endOfPrefix(common, at);
    }
  }
}

function startOf(token: string | undefined, startAfter: string | undefined): string {
  if (token === undefined) return startAfter === undefined ? '' : `${startAfter}\0`;
  const key = Buffer.from(token, 'base64url').toString('utf8');
  if (key === '') throw s3Error('InvalidArgument', {}, 'The continuation token provided is incorrect');
  return key;
}

function encoder(type: string | undefined): (text: string) => string {
  if (type === undefined) return (text) => text;
  if (type !== 'url') throw s3Error('InvalidArgument', { ArgumentName: 'encoding-type', ArgumentValue: type });
  return encodePath;
}
