import type { Compression } from '../contract.ts';
import type { Download, DownloadedFile, DownloadOptions } from '../download/options.ts';
import type { SizedSource } from '../upload/sized-source.ts';

/** What Node and browsers do each in their own way. */
export interface Platform {
  /** Undefined where this platform can't. */
  decompress: (
    bytes: AsyncIterable<Uint8Array>,
    compression: Exclude<Compression, 'NONE'>,
  ) => AsyncIterable<Uint8Array> | undefined;
  /** @throws SpectraError NODE_ONLY in a browser */
  download: (download: Download, options: DownloadOptions) => Promise<DownloadedFile[]>;
  /** @throws SpectraError NODE_ONLY in a browser */
  openFile: (path: string | URL) => Promise<SizedSource>;
  /** Keeps what comes, however much it is, until its size is known. */
  spool: (bytes: AsyncIterable<Uint8Array>) => Promise<SizedSource>;
}
