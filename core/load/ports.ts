import type { Compression } from '../../contract/formats.ts';
import type { PinnedUpload } from '../../contract/records.ts';
import type { PresignedUrl, SubmitOutcome } from '../ports.ts';
import type { ParquetElement } from './parquet.ts';
import type { TargetColumn } from './target.ts';

export interface Tables {
  /** The columns of a table in their order; none where the user sees no such table. */
  columns(of: {
    schema: string;
    table: string;
    user: string;
  }): Promise<{ outcome: 'described'; columns: TargetColumn[] } | Exclude<SubmitOutcome, { outcome: 'submitted' }>>;
}

/** Looks into uploaded files before the warehouse does. Each throws LoadRefused FILE_CHANGED when a file is not the pinned one. */
export interface UploadInspector {
  /**
   * The first bytes of a file as it lies there, and decompressed (more than 64 KB, if there is as much; throws when it is not
   * compressed so). `whole`: they are all there are.
   */
  head(
    upload: PinnedUpload,
    compression: Compression,
  ): Promise<{ raw: Uint8Array; text: () => Promise<Uint8Array>; whole: boolean }>;
  /** The schema in a Parquet file's footer, the root first; `unreadable`: it has none. */
  parquetSchema(
    upload: PinnedUpload,
  ): Promise<{ outcome: 'read'; schema: readonly ParquetElement[] } | { outcome: 'unreadable'; cause: string }>;
  /**
   * Writes the objects of the outer array that a file holds to `key`, one a line and not compressed.
   * @throws LoadRefused when it is no such array, can't be decompressed, or is too large
   */
  arrayToLines(upload: PinnedUpload, compression: Compression, key: string): Promise<void>;
}

/** A file that was uploaded, whole. */
export interface StoredUpload {
  key: string;
  bytes: number;
  etag: string;
  uploaded_at: string;
}

/** An upload in parts that was neither completed nor aborted. */
export interface UploadInParts {
  key: string;
  upload_id: string;
}

export interface ReceivedPart {
  part: number;
  bytes: number;
  etag: string;
}

/** What has been uploaded: one page of at most 1,000 each, far more than a load may have. */
export interface UploadListing {
  files(prefix: string): Promise<StoredUpload[]>;
  /** By key; of the same key the one that was begun first comes first. */
  inParts(prefix: string): Promise<UploadInParts[]>;
}

/** Files that are written once: nothing here replaces one. */
export interface Uploads extends UploadListing {
  /** 'exists': there is a file already; `same` if it is the very one. */
  put(
    key: string,
    body: Uint8Array,
  ): Promise<{ outcome: 'stored'; etag: string } | { outcome: 'exists'; same: boolean; etag: string }>;
  begin(key: string): Promise<UploadInParts>;
  /** By number; undefined: the upload is no longer in progress. */
  parts(upload: UploadInParts): Promise<ReceivedPart[] | undefined>;
  /** 'over': there is a file already, or the upload is no longer in progress. */
  complete(
    upload: UploadInParts,
    parts: ReceivedPart[],
  ): Promise<{ outcome: 'completed'; etag: string } | { outcome: 'over' }>;
  /** Settled when it is over. */
  abort(upload: UploadInParts): Promise<void>;
  /** Settled when there is none. */
  remove(key: string): Promise<void>;
}

export interface SignedUpload extends PresignedUrl {
  /** What has to be sent along: the signature covers it. */
  headers: Record<string, string>;
}

/** PUTs of exactly so many bytes; S3 refuses any other size. Makes no call. */
export interface UploadPresigner {
  /** Refused where there is a file already. */
  file(key: string, bytes: number): Promise<SignedUpload>;
  part(upload: UploadInParts, part: number, bytes: number): Promise<SignedUpload>;
}
