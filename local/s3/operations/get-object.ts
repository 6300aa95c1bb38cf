import { pipeline } from 'node:stream/promises';
import { parseRange, type ByteRange } from '../byte-range.ts';
import { bucketOf, checksumHeaders, keyOf, queryNumber, quoted, sendXml, type Call, type Operation } from '../call.ts';
import { checksumElement } from '../checksums.ts';
import { contentHeaders } from '../content-attributes.ts';
import { checkReadConditions } from '../preconditions.ts';
import { s3Error } from '../s3-error.ts';
import { amzField, headerText } from '../s3-request.ts';
import type { ObjectRecord } from '../store/records.ts';

/** GetObject and HeadObject: the same but for the body. */
export const getObject: Operation = async (call) => {
  const bucket = bucketOf(call);
  const object = findObject(call);
  const base = { etag: quoted(object.etag), 'last-modified': new Date(object.last_modified).toUTCString() };
  if (checkReadConditions(call.request, object) === 'not-modified') {
    call.response.writeHead(304, base).end();
    return;
  }
  const release = bucket.data.hold(object.segments);
  try {
    await send(call, object, base);
  } finally {
    await release();
  }
};

async function send(call: Call, object: ObjectRecord, base: Readonly<Record<string, string>>): Promise<void> {
  const bucket = bucketOf(call);
  const range = partRange(call, object) ?? parseRange(headerText(call.request, 'range'), object.bytes);
  const { start, end } = range ?? { start: 0, end: object.bytes - 1 };
  const headers: Record<string, string> = {
    ...contentHeaders(object, call.request),
    ...base,
    'accept-ranges': 'bytes',
    'content-length': String(end - start + 1),
  };
  if (range) headers['content-range'] = `bytes ${start}-${end}/${object.bytes}`;
  // The checksum is the whole object's: on a part of it a client would take it for a mismatch.
  else if (amzField(call.request, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED')
    Object.assign(headers, checksumHeaders(await bucket.checksumOf(object)));
  if (call.request.query.has('partNumber')) headers['x-amz-mp-parts-count'] = String(object.segments.length);

  call.response.writeHead(range ? 206 : 200, headers);
  if (call.request.method === 'HEAD' || object.bytes === 0) {
    call.response.end();
    return;
  }
  await pipeline(bucket.data.read(object.segments, start, end), call.response);
}

/** GetObjectAttributes: the attributes that the header names. */
export const getObjectAttributes: Operation = async (call) => {
  const object = findObject(call);
  const wanted = new Set(
    (amzField(call.request, 'x-amz-object-attributes') ?? '').split(',').map((name) => name.trim()),
  );
  const checksum = wanted.has('Checksum') ? await bucketOf(call).checksumOf(object) : undefined;
  const multipart = object.etag.includes('-');
  sendXml(
    call,
    'GetObjectAttributesResponse',
    {
      ETag: wanted.has('ETag') ? object.etag : undefined,
      Checksum: checksum && { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type },
      ObjectParts: wanted.has('ObjectParts') && multipart ? { PartsCount: object.segments.length } : undefined,
      StorageClass: wanted.has('StorageClass') ? 'STANDARD' : undefined,
      ObjectSize: wanted.has('ObjectSize') ? object.bytes : undefined,
    },
    { 'last-modified': new Date(object.last_modified).toUTCString() },
  );
};

/** @throws S3Error NoSuchBucket, NoSuchKey, NoSuchVersion */
function findObject(call: Call): ObjectRecord {
  const key = keyOf(call);
  const object = bucketOf(call).get(key);
  if (!object) throw s3Error('NoSuchKey', { Key: key });
  const version = call.request.query.get('versionId');
  if (version !== undefined && version !== object.version_id)
    throw s3Error('NoSuchVersion', { Key: key, VersionId: version });
  return object;
}

function partRange(call: Call, object: ObjectRecord): ByteRange | undefined {
  if (!call.request.query.has('partNumber')) return undefined;
  const number = queryNumber(call, 'partNumber', 1, 10_000);
  const segment = object.segments[number - 1];
  if (!segment || segment.bytes === 0) throw s3Error('InvalidRange', { ActualObjectSize: String(object.bytes) });
  const start = object.segments.slice(0, number - 1).reduce((sum, { bytes }) => sum + bytes, 0);
  return { start, end: start + segment.bytes - 1 };
}
