import { parquetMetadata } from 'hyparquet';
import type { Compression } from '../../contract/formats.ts';
import type { PinnedUpload } from '../../contract/records.ts';
import type { UploadInspector } from '../../core/load/ports.ts';
import { HEAD_BYTES } from '../../core/load/source.ts';
import { arrayToLines } from '../files/array-to-lines.ts';
import { decompressHead } from '../files/decompress-head.ts';

/** Uploaded files in memory. */
export class MemoryUploadInspector implements UploadInspector {
  readonly files = new Map<string, Uint8Array>();

  head(upload: PinnedUpload, compression: Compression): ReturnType<UploadInspector['head']> {
    const raw = this.#read(upload);
    return Promise.resolve({ raw, text: () => decompressHead(raw, compression, HEAD_BYTES), whole: true });
  }

  parquetSchema(upload: PinnedUpload): ReturnType<UploadInspector['parquetSchema']> {
    const file = this.#read(upload);
    try {
      const { schema } = parquetMetadata(new Uint8Array(file).buffer);
      return Promise.resolve({ outcome: 'read', schema });
    } catch (error) {
      return Promise.resolve({ outcome: 'unreadable', cause: String(error) });
    }
  }

  async arrayToLines(upload: PinnedUpload, compression: Compression, key: string): Promise<void> {
    this.files.set(key, await arrayToLines(this.#read(upload), upload, compression));
  }

  #read({ key }: PinnedUpload): Uint8Array {
    const file = this.files.get(key);
    if (!file) throw new Error(`The upload ${key} is gone`);
    return file;
  }
}
