import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Manifest } from '../../contract/results.ts';
import type { ResultStore, StoredFile } from '../../core/ports.ts';
import type { PresignerOptions } from './presigner.ts';
import { S3ResultReader } from './result-reader.ts';

/** Of 1,000 objects each. */
const mostPages = 1000;

/** Results in a bucket. Listing stops with an Error at a million objects under one prefix: no run writes as many. */
export class S3ResultStore extends S3ResultReader implements ResultStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(options: Omit<PresignerOptions, 'expirySeconds'> & { client: S3Client }) {
    super(options);
    this.#client = options.client;
    this.#bucket = options.bucket;
  }

  async writeManifest(key: string, manifest: Manifest): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: key,
        Body: JSON.stringify(manifest),
        ContentType: 'application/json',
      }),
    );
  }

  async files(prefix: string): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    for await (const page of this.#pages(prefix)) files.push(...page);
    return files;
  }

  async removeAll(prefix: string): Promise<number> {
    if (!prefix.endsWith('/')) throw new Error(`${prefix} is no folder: others begin alike`);
    let removed = 0;
    for await (const page of this.#pages(prefix)) {
      if (page.length > 0) await this.#remove(page);
      removed += page.length;
    }
    return removed;
  }

  async *#pages(prefix: string): AsyncGenerator<StoredFile[]> {
    let next: string | undefined;
    for (let pages = 0; pages < mostPages; pages++) {
      const page: ListObjectsV2CommandOutput = await this.#client.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix, ContinuationToken: next }),
      );
      yield (page.Contents ?? []).flatMap(({ Key, Size }) => (Key ? [{ key: Key, bytes: Size ?? 0 }] : []));
      next = page.NextContinuationToken;
      if (!next) return;
    }
    throw new Error(`More than ${mostPages} pages of objects under ${prefix}`);
  }

  async #remove(files: StoredFile[]): Promise<void> {
    const { Errors } = await this.#client.send(
      new DeleteObjectsCommand({
        Bucket: this.#bucket,
        Delete: { Objects: files.map(({ key }) => ({ Key: key })), Quiet: true },
      }),
    );
    const [first] = Errors ?? [];
    if (first)
      throw new Error(`${first.Key ?? 'An object'} could not be deleted: ${first.Code ?? ''} ${first.Message ?? ''}`);
  }
}
