import { bucketOf, keyOf, quoted, sendXml, type Call, type Operation } from '../call.ts';
import { checksumElement } from '../checksums.ts';
import { readContentAttributes } from '../content-attributes.ts';
import { checkCopySource, writeCondition } from '../preconditions.ts';
import { s3Error } from '../s3-error.ts';
import { amzField } from '../s3-request.ts';
import type { Bucket } from '../store/bucket.ts';
import type { ObjectRecord } from '../store/records.ts';
import { publish } from './publish.ts';
import { MAX_PUT_BYTES } from './put-object.ts';

/** CopyObject. The copy keeps the ETag and checksum of its source, also when that was a multipart upload. */
export const copyObject: Operation = async (call) => {
  const { request } = call;
  const bucket = bucketOf(call);
  const key = keyOf(call);
  const condition = writeCondition(request);
  const { bucket: from, object: source } = findSource(call);
  checkCopySource(request, source);
  if (source.bytes > MAX_PUT_BYTES)
    throw s3Error(
      'InvalidRequest',
      {},
      'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
    );
  const replace = amzField(request, 'x-amz-metadata-directive')?.toUpperCase() === 'REPLACE';
  if (!replace && from === bucket && source.key === key)
    throw s3Error(
      'InvalidRequest',
      {},
      'This copy request is illegal because it is trying to copy an object to itself without changing its metadata.',
    );

  const release = from.data.hold(source.segments);
  const copied = async () => ({
    checksum: await from.checksumOf(source),
    segments: await bucket.data.copy(from.data, source.segments),
  });
  const attributes = replace ? readContentAttributes(request) : {};
  const last_modified = call.clock().toISOString();
  const object = { ...source, ...attributes, key, last_modified, ...(await copied().finally(release)) };
  await publish(call, 'ObjectCreated:Copy', object, condition);
  const { algorithm, type, value } = object.checksum;
  sendXml(call, 'CopyObjectResult', {
    LastModified: object.last_modified,
    ETag: quoted(object.etag),
    ChecksumType: type,
    [checksumElement(algorithm)]: value,
  });
};

function findSource(call: Call): { bucket: Bucket; object: ObjectRecord } {
  const [path = '', version] = (amzField(call.request, 'x-amz-copy-source') ?? '').split('?versionId=');
  const [, name, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodeSource(path)) ?? [];
  if (name === undefined || key === undefined) throw s3Error('InvalidArgument', { ArgumentName: 'x-amz-copy-source' });
  const bucket = call.buckets.get(name);
  const object = bucket.get(key);
  if (!object) throw s3Error('NoSuchKey', { Key: key });
  if (version !== undefined && version !== object.version_id) throw s3Error('NoSuchVersion', { Key: key });
  return { bucket, object };
}

function decodeSource(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw s3Error('InvalidArgument', { ArgumentName: 'x-amz-copy-source' }, undefined, error);
  }
}
