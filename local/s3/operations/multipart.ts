import { bucketOf, keyOf, queryNumber, quoted, sendEmpty, sendXml, type Call, type Operation } from '../call.ts';
import { ChecksumAlgorithm, ChecksumType, checksumElement, checksumHeader, DEFAULT_ALGORITHM } from '../checksums.ts';
import { readContentAttributes } from '../content-attributes.ts';
import { receiveBody } from '../receive-body.ts';
import { s3Error } from '../s3-error.ts';
import { amzField } from '../s3-request.ts';
import type { PartRecord } from '../store/records.ts';
import { MAX_PUT_BYTES } from './put-object.ts';

const MAX_PARTS = 10_000;

export const createMultipartUpload: Operation = async (call) => {
  const bucket = bucketOf(call);
  const key = keyOf(call);
  const { algorithm, type } = chosenChecksum(call);
  const upload = await bucket.uploads.create({
    ...readContentAttributes(call.request),
    key,
    initiated: call.clock().toISOString(),
    checksum_algorithm: algorithm,
    checksum_type: type,
  });
  sendXml(
    call,
    'InitiateMultipartUploadResult',
    { Bucket: bucket.record.name, Key: key, UploadId: upload.upload_id },
    { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': type },
  );
};

export const uploadPart: Operation = async (call) => {
  const bucket = bucketOf(call);
  const key = keyOf(call);
  const id = uploadIdOf(call);
  const { record } = bucket.uploads.get(id, key);
  const number = queryNumber(call, 'partNumber', 0, MAX_PARTS + 1);
  if (number < 1 || number > MAX_PARTS)
    throw s3Error('InvalidArgument', {}, 'Part number must be an integer between 1 and 10000, inclusive');
  const { file, result: received } = await bucket.data.write((sink) =>
    receiveBody(call.request, sink, { maxBytes: MAX_PUT_BYTES, algorithm: record.checksum_algorithm }),
  );
  const part: PartRecord = {
    number,
    etag: received.md5,
    last_modified: call.clock().toISOString(),
    checksum: { ...received.checksum, type: 'FULL_OBJECT' },
    segment: { file, bytes: received.bytes },
  };
  try {
    await bucket.data.remove(await bucket.uploads.putPart(id, key, part));
  } catch (error) {
    await bucket.data.remove([part.segment]);
    throw error;
  }
  sendEmpty(call, 200, { etag: quoted(part.etag), [checksumHeader(part.checksum.algorithm)]: part.checksum.value });
};

export const abortMultipartUpload: Operation = async (call) => {
  const bucket = bucketOf(call);
  await bucket.data.remove(await bucket.uploads.end(uploadIdOf(call), keyOf(call), () => Promise.resolve([])));
  sendEmpty(call, 204);
};

export const listParts: Operation = (call) => {
  const bucket = bucketOf(call);
  const key = keyOf(call);
  const { record, parts } = bucket.uploads.get(uploadIdOf(call), key);
  const marker = queryNumber(call, 'part-number-marker', 0, MAX_PARTS);
  const maxParts = queryNumber(call, 'max-parts', 1000, 1000);
  const later = parts.filter(({ number }) => number > marker);
  const page = later.slice(0, maxParts);
  sendXml(call, 'ListPartsResult', {
    Bucket: bucket.record.name,
    Key: key,
    UploadId: record.upload_id,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? marker,
    MaxParts: maxParts,
    IsTruncated: later.length > page.length,
    ChecksumAlgorithm: record.checksum_algorithm,
    ChecksumType: record.checksum_type,
    StorageClass: 'STANDARD',
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: part.last_modified,
      ETag: quoted(part.etag),
      Size: part.segment.bytes,
      [checksumElement(part.checksum.algorithm)]: part.checksum.value,
    })),
  });
  return Promise.resolve();
};

/** ListMultipartUploads, by key and then by upload id. */
export const listMultipartUploads: Operation = (call) => {
  const bucket = bucketOf(call);
  const { query } = call.request;
  const prefix = query.get('prefix') ?? '';
  const maxUploads = queryNumber(call, 'max-uploads', 1000, 1000);
  const [keyMarker, idMarker] = [query.get('key-marker') ?? '', query.get('upload-id-marker') ?? ''];
  const later = bucket.uploads
    .list()
    .filter(({ key }) => key.startsWith(prefix))
    .map((upload) => ({ upload, position: `${upload.key}\0${upload.upload_id}` }))
    .filter(({ position }) => keyMarker === '' || position > `${keyMarker}\0${idMarker === '' ? '~' : idMarker}`)
    .sort((a, b) => (a.position < b.position ? -1 : 1))
    .map(({ upload }) => upload);
  const page = later.slice(0, maxUploads);
  const truncated = later.length > page.length;
  sendXml(call, 'ListMultipartUploadsResult', {
    Bucket: bucket.record.name,
    Prefix: prefix,
    KeyMarker: keyMarker,
    UploadIdMarker: idMarker,
    NextKeyMarker: truncated ? page.at(-1)?.key : undefined,
    NextUploadIdMarker: truncated ? page.at(-1)?.upload_id : undefined,
    MaxUploads: maxUploads,
    IsTruncated: truncated,
    Upload: page.map((upload) => ({
      Key: upload.key,
      UploadId: upload.upload_id,
      Initiated: upload.initiated,
      StorageClass: 'STANDARD',
    })),
  });
  return Promise.resolve();
};

/** @throws S3Error InvalidArgument without one */
export function uploadIdOf(call: Call): string {
  const id = call.request.query.get('uploadId') ?? '';
  if (id === '') throw s3Error('InvalidArgument', { ArgumentName: 'uploadId' });
  return id;
}

/** CRC64NVME is always of the whole object, SHA never; for the others the client chooses. */
function chosenChecksum(call: Call): { algorithm: ChecksumAlgorithm; type: ChecksumType } {
  const wanted = amzField(call.request, 'x-amz-checksum-algorithm')?.toUpperCase() ?? DEFAULT_ALGORITHM;
  const algorithm = ChecksumAlgorithm.safeParse(wanted);
  if (!algorithm.success) throw s3Error('InvalidRequest', {}, `Checksum algorithm ${wanted} is not supported.`);
  const fallback = algorithm.data === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  const type = ChecksumType.safeParse(amzField(call.request, 'x-amz-checksum-type')?.toUpperCase() ?? fallback);
  const impossible = type.data === 'COMPOSITE' ? ['CRC64NVME'] : ['SHA1', 'SHA256'];
  if (!type.success || impossible.includes(algorithm.data))
    throw s3Error('InvalidRequest', {}, `The checksum type cannot be used with the ${algorithm.data} algorithm.`);
  return { algorithm: algorithm.data, type: type.data };
}
