import type { Compression } from '../contract.ts';
import type { Download, StoredFile, Transfer, Transferred } from '../download/options.ts';
import type { SizedSource } from '../upload/sized-source.ts';

/** What Node and browsers do each in their own way. */
export interface Platform {
  /** Undefined where this platform can't. */
  decompress: (
    bytes: AsyncIterable<Uint8Array>,
    compression: Exclude<Compression, 'NONE'>,
  ) => AsyncIterable<Uint8Array> | undefined;
  /** @throws SpectraError NODE_ONLY in a browser */
  download: <File extends StoredFile>(
    download: Download<File>,
    options: Transfer<File>,
  ) => Promise<Transferred<File>[]>;
  /** @throws SpectraError NODE_ONLY in a browser */
  openFile: (path: string | URL) => Promise<SizedSource>;
  /** Keeps what comes, however much it is, until its size is known. */
  spool: (bytes: AsyncIterable<Uint8Array>) => Promise<SizedSource>;
}
