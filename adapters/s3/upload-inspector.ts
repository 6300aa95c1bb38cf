import { parquetMetadataAsync } from 'hyparquet';
import type { Compression } from '../../contract/formats.ts';
import type { PinnedUpload } from '../../contract/records.ts';
import type { ParquetElement } from '../../core/load/parquet.ts';
import type { UploadInspector } from '../../core/ports.ts';
import { decompressHead } from '../files/decompress-head.ts';
import { S3Presigner, type PresignerOptions } from './presigner.ts';
import { readObject } from './signed-fetch.ts';

const headBytes = 64 * 1024;
/** More than a block of bzip2: less of it can't be read. */
const bzip2Head = 1024 * 1024;
const largestFooter = 16 * 1024 * 1024;

/** Looks into uploads by ranges; none is read whole. */
export class S3UploadInspector implements UploadInspector {
  readonly #presigner: S3Presigner;

  constructor(options: Omit<PresignerOptions, 'expirySeconds'>) {
    this.#presigner = new S3Presigner({ ...options, expirySeconds: 0 });
  }

  async head(upload: PinnedUpload, compression: Compression): ReturnType<UploadInspector['head']> {
    if (upload.bytes === 0) return { raw: new Uint8Array(), text: () => new Uint8Array(), whole: true };
    const most = compression === 'BZIP2' ? bzip2Head : headBytes;
    const raw = await this.#range(upload, 0, Math.min(upload.bytes, most));
    return { raw, text: () => decompressHead(raw, compression), whole: raw.length === upload.bytes };
  }

  async parquetSchema(upload: PinnedUpload): Promise<readonly ParquetElement[]> {
    const file = {
      byteLength: upload.bytes,
      slice: async (from: number, to: number = upload.bytes): Promise<ArrayBuffer> => {
        if (to - from > largestFooter) throw new Error(`The footer is larger than ${largestFooter} bytes`);
        return new Uint8Array(await this.#range(upload, from, to)).buffer;
      },
    };
    const { schema } = await parquetMetadataAsync(file, { initialFetchSize: Math.min(headBytes, upload.bytes) });
    return schema;
  }

  /** From inclusive, to exclusive. */
  async #range({ key, etag }: PinnedUpload, from: number, to: number): Promise<Uint8Array> {
    const headers = { range: `bytes=${from}-${to - 1}`, 'if-match': `"${etag}"` };
    const read = async (response: Response) => new Uint8Array(await response.arrayBuffer());
    const bytes = await readObject(this.#presigner, 'GET', key, read, {}, headers);
    if (bytes === undefined) throw new Error(`The upload ${key} is gone`);
    return bytes;
  }
}
