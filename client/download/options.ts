import type { JobFile } from '../job/job-file.ts';

/** What is to be downloaded, and where to. */
export interface Download {
  jobId: string;
  dir: string;
  files: AsyncIterable<JobFile>;
}

export interface DownloadProgress {
  /** Bytes of all files that are there, those of earlier downloads included. */
  bytes: number;
  /** Files that are complete. */
  files: number;
  /** The one that something came for. */
  file: { name: string; bytes: number; total: number; rows: number };
}

export interface DownloadOptions {
  /** Connections at once, over all files; default 4. */
  parallel?: number | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

export interface DownloadedFile {
  path: string;
  name: string;
  bytes: number;
  rows: number;
  /** By checksum; false where S3 keeps none that can be computed: only the size is known to be right then. */
  verified: boolean;
  /** What of it was there from an earlier download. */
  resumed: number;
}
