import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

export interface ObjectTarget {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  /** Aborting it ends the upload, and nothing becomes visible. */
  readonly signal: AbortSignal;
}

const PART_BYTES = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 3;

/** Cuts a stream into parts of 8 MB; the last may be smaller. There is always one. */
async function* parts(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    pending.push(chunk);
    bytes += chunk.length;
    while (bytes >= PART_BYTES) {
      const data = Buffer.concat(pending);
      yield data.subarray(0, PART_BYTES);
      pending = [data.subarray(PART_BYTES)];
      bytes = data.length - PART_BYTES;
    }
  }
  yield Buffer.concat(pending);
}

export async function putObject({ client, bucket, key, signal }: ObjectTarget, body: Buffer): Promise<void> {
  signal.throwIfAborted();
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }), { abortSignal: signal });
}

async function multipart(target: ObjectTarget, first: Buffer, rest: AsyncGenerator<Buffer>): Promise<number> {
  const { client, bucket: Bucket, key: Key, signal } = target;
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }), { abortSignal: signal });
  const done: { PartNumber: number; ETag: string | undefined }[] = [];
  const flying = new Set<Promise<void>>();
  let bytes = 0;
  const send = async (body: Buffer, PartNumber: number): Promise<void> => {
    const part = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: body });
    done.push({ PartNumber, ETag: (await client.send(part, { abortSignal: signal })).ETag });
  };
  const start = async (body: Buffer, number: number): Promise<void> => {
    signal.throwIfAborted();
    bytes += body.length;
    const flight = send(body, number).then(() => void flying.delete(flight));
    flying.add(flight);
    if (flying.size >= PARTS_AT_ONCE) await Promise.race(flying);
  };
  try {
    let number = 1;
    await start(first, number);
    for await (const body of rest) {
      number += 1;
      if (body.length > 0) await start(body, number);
    }
    await Promise.all(flying);
    signal.throwIfAborted();
    const Parts = done.sort((a, b) => a.PartNumber - b.PartNumber);
    const complete = new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
    await client.send(complete, { abortSignal: signal });
    return bytes;
  } catch (cause) {
    await Promise.allSettled(flying);
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => undefined);
    throw cause;
  }
}

/** Writes a stream to an object, in parts once it is larger than 8 MB. Returns its bytes. */
export async function uploadStream(target: ObjectTarget, source: AsyncIterable<Buffer>): Promise<number> {
  const pieces = parts(source);
  const first = await pieces.next();
  if (first.done === true) throw new Error('a stream has at least one part');
  if (first.value.length >= PART_BYTES) return multipart(target, first.value, pieces);
  await putObject(target, first.value);
  return first.value.length;
}
