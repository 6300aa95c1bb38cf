import { createHash } from 'node:crypto';
import { parquetMetadata } from 'hyparquet';
import type { Compression } from '../../contract/formats.ts';
import type { PinnedUpload } from '../../contract/records.ts';
import { fileChanged } from '../../core/load/errors.ts';
import type { UploadInspector } from '../../core/load/ports.ts';
import { HEAD_BYTES } from '../../core/load/source.ts';
import { arrayToLines } from '../files/array-to-lines.ts';
import { decompressHead } from '../files/decompress-head.ts';

/** Uploaded files in memory. */
export class MemoryUploadInspector implements UploadInspector {
  readonly files = new Map<string, Uint8Array>();

  async head(upload: PinnedUpload, compression: Compression): ReturnType<UploadInspector['head']> {
    const raw = await this.#read(upload);
    return { raw, text: () => decompressHead(raw, compression, HEAD_BYTES), whole: true };
  }

  async parquetSchema(upload: PinnedUpload): ReturnType<UploadInspector['parquetSchema']> {
    const file = await this.#read(upload);
    try {
      return { outcome: 'read', schema: parquetMetadata(new Uint8Array(file).buffer).schema };
    } catch (error) {
      return { outcome: 'unreadable', cause: String(error) };
    }
  }

  async arrayToLines(upload: PinnedUpload, compression: Compression, key: string): Promise<void> {
    this.files.set(key, await arrayToLines(await this.#read(upload), upload, compression));
  }

  #read({ file, key, etag }: PinnedUpload): Promise<Uint8Array> {
    const found = this.files.get(key);
    return found && createHash('md5').update(found).digest('hex') === etag
      ? Promise.resolve(found)
      : Promise.reject(fileChanged(file));
  }
}
