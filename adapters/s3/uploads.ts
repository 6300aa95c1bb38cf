import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListPartsCommand,
  type ListPartsCommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ReceivedPart, UploadInParts, Uploads } from '../../core/load/ports.ts';
import type { PresignerOptions } from './presigner.ts';
import { S3UploadReader } from './upload-reader.ts';

/** Of 1,000 parts each: S3 knows no more. */
const mostPages = 10;

const isNamed = (error: unknown, ...names: string[]): boolean => error instanceof Error && names.includes(error.name);
const unquoted = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '');

/** Uploads in a bucket that is encrypted by S3 itself (SSE-S3): the ETag of what came in one PUT is its MD5. */
export class S3Uploads extends S3UploadReader implements Uploads {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(options: Omit<PresignerOptions, 'expirySeconds'> & { client: S3Client }) {
    super(options);
    this.#client = options.client;
    this.#bucket = options.bucket;
  }

  async put(key: string, body: Uint8Array): ReturnType<Uploads['put']> {
    try {
      const put = new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: body, IfNoneMatch: '*' });
      return { outcome: 'stored', etag: unquoted((await this.#client.send(put)).ETag) };
    } catch (error) {
      if (!isNamed(error, 'PreconditionFailed')) throw error;
      const there = (await this.files(key)).find((file) => file.key === key);
      // Deleted in the moment between: whoever did that wants it gone.
      if (!there) throw error;
      const same = there.etag === createHash('md5').update(body).digest('hex');
      return { outcome: 'exists', same, etag: there.etag };
    }
  }

  async begin(key: string): Promise<UploadInParts> {
    const create = new CreateMultipartUploadCommand({ Bucket: this.#bucket, Key: key });
    const { UploadId } = await this.#client.send(create);
    if (UploadId === undefined) throw new Error(`S3 began an upload of ${key} without an id`);
    return { key, upload_id: UploadId };
  }

  async parts({ key, upload_id }: UploadInParts): Promise<ReceivedPart[] | undefined> {
    const parts: ReceivedPart[] = [];
    let marker: string | undefined;
    for (let pages = 0; pages < mostPages; pages += 1) {
      const list = new ListPartsCommand({
        ...{ Bucket: this.#bucket, Key: key, UploadId: upload_id },
        PartNumberMarker: marker,
      });
      const page = await this.#unless(['NoSuchUpload'], () => this.#client.send(list));
      if (!page) return undefined;
      for (const { PartNumber: part = 0, Size: bytes = 0, ETag } of page.Parts ?? [])
        parts.push({ part, bytes, etag: unquoted(ETag) });
      marker = nextMarker(page);
      if (marker === undefined) break;
    }
    return parts;
  }

  async complete({ key, upload_id }: UploadInParts, parts: ReceivedPart[]): ReturnType<Uploads['complete']> {
    const complete = new CompleteMultipartUploadCommand({
      ...{ Bucket: this.#bucket, Key: key, UploadId: upload_id, IfNoneMatch: '*' },
      MpuObjectSize: parts.reduce((sum, { bytes }) => sum + bytes, 0),
      MultipartUpload: { Parts: parts.map(({ part, etag }) => ({ PartNumber: part, ETag: etag })) },
    });
    const done = await this.#unless(['NoSuchUpload', 'PreconditionFailed'], () => this.#client.send(complete));
    return done ? { outcome: 'completed', etag: unquoted(done.ETag) } : { outcome: 'over' };
  }

  async abort({ key, upload_id }: UploadInParts): Promise<void> {
    const abort = new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key: key, UploadId: upload_id });
    await this.#unless(['NoSuchUpload'], () => this.#client.send(abort));
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
  }

  /** undefined for these errors. */
  async #unless<Output>(names: string[], send: () => Promise<Output>): Promise<Output | undefined> {
    try {
      return await send();
    } catch (error) {
      if (isNamed(error, ...names)) return undefined;
      throw error;
    }
  }
}

const nextMarker = ({ IsTruncated, NextPartNumberMarker }: ListPartsCommandOutput): string | undefined =>
  IsTruncated === true ? NextPartNumberMarker : undefined;
