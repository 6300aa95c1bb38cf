import type { ResultFile } from '../contract.ts';
import type { ByteRange } from './byte-source.ts';

/** A file that can be fetched piece by piece. */
export interface StoredFile extends Pick<ResultFile, 'n' | 'name' | 'bytes' | 'checksum'> {
  range: (range: ByteRange, signal?: AbortSignal) => AsyncIterable<Uint8Array>;
}

/** What is to be downloaded, and where to. */
export interface Download<File extends StoredFile> {
  jobId: string;
  dir: string;
  files: AsyncIterable<File>;
}

export interface Transfer<File extends StoredFile> {
  parallel?: number | undefined;
  signal?: AbortSignal | undefined;
  /** `there`: bytes of this file. */
  onProgress: (progress: { bytes: number; files: number; file: File; there: number }) => void;
}

export interface Transferred<File extends StoredFile> {
  file: File;
  path: string;
  verified: boolean;
  resumed: number;
}

export interface SaveProgress {
  /** Bytes of all files that are there, those of earlier downloads included. */
  bytes: number;
  /** Files that are complete. */
  files: number;
  /** The one that something came for. */
  file: { name: string; bytes: number; total: number };
}

export interface DownloadProgress extends SaveProgress {
  file: SaveProgress['file'] & { rows: number };
}

export interface SaveOptions {
  /** Connections at once, over all files; default 4. */
  parallel?: number | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: SaveProgress) => void) | undefined;
}

export interface DownloadOptions extends Omit<SaveOptions, 'onProgress'> {
  onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

export interface SavedFile {
  path: string;
  name: string;
  bytes: number;
  /** By checksum; false where S3 keeps none that can be computed: only the size is known to be right then. */
  verified: boolean;
  /** What of it was there from an earlier download. */
  resumed: number;
}

export interface DownloadedFile extends SavedFile {
  rows: number;
}
