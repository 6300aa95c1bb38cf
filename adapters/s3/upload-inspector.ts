import type { Compression } from '../../contract/formats.ts';
import type { PinnedUpload } from '../../contract/records.ts';
import type { UploadInspector } from '../../core/load/ports.ts';
import { fixedLimits } from '../../contract/limits.ts';
import { LoadRefused, fileChanged, tooLarge } from '../../core/load/errors.ts';
import { decompressHead } from '../files/decompress-head.ts';
import { S3Presigner, type PresignerOptions } from './presigner.ts';
import { readObject, UnreadableError } from './signed-fetch.ts';
import { writeObject } from './write-object.ts';

const headBytes = 64 * 1024;
/** More than a block of each, 900 KB and 128 KB at most: less of it can't be read. */
const headOf: Readonly<Record<Compression, number>> = {
  NONE: headBytes,
  GZIP: headBytes,
  ZSTD: 256 * 1024,
  BZIP2: 1024 * 1024,
};
const preconditionFailed = 412;
const largestFooter = 16 * 1024 * 1024;

class NoFooter extends Error {
  override readonly name = 'NoFooter';
}

/** Looks into uploads by ranges; none is read whole. */
export class S3UploadInspector implements UploadInspector {
  readonly #presigner: S3Presigner;

  constructor(options: Omit<PresignerOptions, 'expirySeconds'>) {
    this.#presigner = new S3Presigner({ ...options, expirySeconds: 0 });
  }

  async head(upload: PinnedUpload, compression: Compression): ReturnType<UploadInspector['head']> {
    if (upload.bytes === 0)
      return { raw: new Uint8Array(), text: () => Promise.resolve(new Uint8Array()), whole: true };
    const raw = await this.#range(upload, 0, Math.min(upload.bytes, headOf[compression]));
    return { raw, text: () => decompressHead(raw, compression, headBytes), whole: raw.length === upload.bytes };
  }

  async parquetSchema(upload: PinnedUpload): ReturnType<UploadInspector['parquetSchema']> {
    const slice = async (from: number, to: number = upload.bytes): Promise<ArrayBuffer> => {
      if (to - from > largestFooter) throw new NoFooter(`its footer is larger than ${largestFooter} bytes`);
      return new Uint8Array(await this.#range(upload, from, to)).buffer;
    };
    // The library's words for a file that is cut off; what S3 could not deliver is thrown on.
    const footer = await slice(Math.max(0, upload.bytes - headBytes));
    try {
      const initialFetchSize = footer.byteLength;
      const last = {
        byteLength: upload.bytes,
        slice: (from: number, to?: number) => (from === upload.bytes - initialFetchSize ? footer : slice(from, to)),
      };
      const { parquetMetadataAsync } = await import('hyparquet');
      const { schema } = await parquetMetadataAsync(last, { initialFetchSize });
      return { outcome: 'read', schema };
    } catch (error) {
      if (
        error instanceof LoadRefused ||
        error instanceof UnreadableError ||
        (error instanceof Error && error.cause !== undefined)
      )
        throw error;
      return { outcome: 'unreadable', cause: error instanceof Error ? error.message : String(error) };
    }
  }

  async arrayToLines(upload: PinnedUpload, compression: Compression, key: string): Promise<void> {
    if (upload.bytes > fixedLimits.json_array_bytes.value) throw tooLarge(upload.file);
    const content = await this.#range(upload, 0, upload.bytes);
    const { arrayToLines } = await import('../files/array-to-lines.ts');
    await writeObject(this.#presigner, key, await arrayToLines(content, upload, compression));
  }

  /** From inclusive, to exclusive. */
  async #range({ file, key, etag }: PinnedUpload, from: number, to: number): Promise<Uint8Array> {
    const headers = { range: `bytes=${from}-${to - 1}`, 'if-match': `"${etag}"` };
    const read = async (response: Response) => new Uint8Array(await response.arrayBuffer());
    const bytes = await readObject(this.#presigner, 'GET', key, read, {}, headers).catch((error: unknown) => {
      if (error instanceof UnreadableError && error.status === preconditionFailed) throw fileChanged(file);
      throw error;
    });
    if (bytes === undefined) throw fileChanged(file);
    return bytes;
  }
}
