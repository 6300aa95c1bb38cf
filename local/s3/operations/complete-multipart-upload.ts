import { createHash } from 'node:crypto';
import * as z from 'zod';
import { bucketOf, checksumHeaders, keyOf, quoted, sendXml, type Operation } from '../call.ts';
import { checksumElement, checksumHeader, createHasher, type Checksum, type ChecksumAlgorithm } from '../checksums.ts';
import { combineCrc, type CombinableAlgorithm } from '../combine-crc.ts';
import { writeCondition } from '../preconditions.ts';
import { readXmlBody } from '../read-xml-body.ts';
import { s3Error } from '../s3-error.ts';
import { amzField, type Target } from '../s3-request.ts';
import type { ChecksummedObject, PartRecord, UploadRecord } from '../store/records.ts';
import { asArray } from '../xml.ts';
import { uploadIdOf } from './multipart.ts';

const MIN_PART_BYTES = 5 * 1024 * 1024;

const ListedPart = z.looseObject({
  PartNumber: z.coerce.number().int().min(1).max(10_000),
  ETag: z.string().transform((etag) => etag.trim().replace(/^"|"$/g, '')),
});
type ListedPart = z.infer<typeof ListedPart>;
const CompleteRequest = z.object({ Part: z.preprocess(asArray, z.array(ListedPart).min(1).max(10_000)) });

/** CompleteMultipartUpload. The parts stay the files that they are; nothing is copied. */
export const completeMultipartUpload: Operation = async (call) => {
  const { request } = call;
  const bucket = bucketOf(call);
  const key = keyOf(call);
  const id = uploadIdOf(call);
  const condition = writeCondition(request);
  bucket.uploads.get(id, key);
  const { Part: listed } = await readXmlBody(call, 'CompleteMultipartUpload', CompleteRequest);

  const published: ChecksummedObject[] = [];
  const unused = await bucket.uploads.end(id, key, async (upload, parts) => {
    const chosen = choose(listed, parts);
    const object = await assemble(upload, chosen, call.clock());
    checkClaims(request, object);
    await bucket.put(object, condition);
    published.push(object);
    return object.segments;
  });
  await bucket.data.remove(unused);
  for (const object of published) {
    const { bytes: size, etag } = object;
    const time = new Date(object.last_modified);
    call.emit({ name: 'ObjectCreated:CompleteMultipartUpload', bucket: bucket.record.name, key, size, etag, time });
    sendXml(
      call,
      'CompleteMultipartUploadResult',
      {
        Location: `http://${request.headers.host ?? 'localhost'}/${bucket.record.name}/${key}`,
        Bucket: bucket.record.name,
        Key: key,
        ETag: quoted(etag),
        ChecksumType: object.checksum.type,
        [checksumElement(object.checksum.algorithm)]: object.checksum.value,
      },
      checksumHeaders(object.checksum),
    );
  }
};

/** @throws S3Error InvalidPartOrder, InvalidPart, EntityTooSmall */
function choose(listed: readonly ListedPart[], parts: ReadonlyMap<number, PartRecord>): PartRecord[] {
  const ordered = listed.every(({ PartNumber }, position) => PartNumber > (listed[position - 1]?.PartNumber ?? 0));
  if (!ordered) throw s3Error('InvalidPartOrder');
  return listed.map((wanted, position) => {
    const part = parts.get(wanted.PartNumber);
    if (part?.etag !== wanted.ETag) throw s3Error('InvalidPart', { PartNumber: String(wanted.PartNumber) });
    const checksum = wanted[checksumElement(part.checksum.algorithm)];
    if (checksum !== undefined && checksum !== part.checksum.value)
      throw s3Error('InvalidPart', { PartNumber: String(wanted.PartNumber) });
    if (part.segment.bytes < MIN_PART_BYTES && position < listed.length - 1)
      throw s3Error('EntityTooSmall', {
        PartNumber: String(part.number),
        ProposedSize: String(part.segment.bytes),
        MinSizeAllowed: String(MIN_PART_BYTES),
      });
    return part;
  });
}

async function assemble(upload: UploadRecord, parts: readonly PartRecord[], now: Date): Promise<ChecksummedObject> {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(Buffer.from(etag, 'hex'));
  const { key, content_type, headers, metadata } = upload;
  return {
    key,
    content_type,
    headers,
    metadata,
    version_id: 'null',
    bytes: parts.reduce((sum, { segment }) => sum + segment.bytes, 0),
    etag: `${md5.digest('hex')}-${parts.length}`,
    last_modified: now.toISOString(),
    checksum: await overallChecksum(upload, parts),
    segments: parts.map(({ segment }) => segment),
  };
}

async function overallChecksum(upload: UploadRecord, parts: readonly PartRecord[]): Promise<Checksum> {
  const { checksum_algorithm: algorithm, checksum_type: type } = upload;
  if (type === 'FULL_OBJECT' && isCombinable(algorithm)) {
    const [first, ...rest] = parts;
    const value = rest.reduce(
      (sum, { checksum, segment }) => combineCrc(algorithm, sum, checksum.value, segment.bytes),
      first?.checksum.value ?? '',
    );
    return { algorithm, type, value };
  }
  const hasher = await createHasher(algorithm);
  for (const { checksum } of parts) hasher.update(Buffer.from(checksum.value, 'base64'));
  return { algorithm, type: 'COMPOSITE', value: `${await hasher.digest()}-${parts.length}` };
}

const isCombinable = (algorithm: ChecksumAlgorithm): algorithm is CombinableAlgorithm =>
  algorithm === 'CRC32' || algorithm === 'CRC32C' || algorithm === 'CRC64NVME';

/** What the client says about the whole object must be so. */
function checkClaims(request: Target, object: ChecksummedObject): void {
  const { algorithm, value } = object.checksum;
  const claimed = amzField(request, checksumHeader(algorithm));
  if (claimed !== undefined && object.checksum.type === 'FULL_OBJECT' && claimed !== value)
    throw s3Error('BadDigest', {}, `The ${algorithm} you specified did not match the calculated checksum.`);
  const size = amzField(request, 'x-amz-mp-object-size');
  if (size !== undefined && size !== String(object.bytes))
    throw s3Error('InvalidRequest', {}, 'The provided x-amz-mp-object-size does not match the size of the object.');
}
