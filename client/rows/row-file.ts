import type { Compression, ContentType, JobRecord, ResultFile } from '../contract.ts';
import type { ByteSource } from '../download/byte-source.ts';
import { type ByteRange, readBytes } from '../download/read-bytes.ts';
import { verified } from '../download/verified.ts';
import { clientError } from '../errors/spectra-error.ts';
import type { CallOptions } from '../http/transport.ts';
import { streamOf } from '../platform/streams.ts';

/** Rows of a load that were applied, that were rejected, and with which nothing was done. */
export type RowKind = 'successful' | 'failed' | 'unprocessed';

type Signal = Pick<CallOptions, 'signal'>;

/** What leads to a file: the service redirects to a fresh URL each time. */
export interface RowFileLink extends ByteSource {
  /** Follows the link, and leaves the bytes where they are. @returns undefined where there is no file */
  look: (signal?: AbortSignal) => Promise<Response | undefined>;
}

export interface RowFileFacts {
  job: Pick<JobRecord, 'content_type' | 'compression'>;
  kind: RowKind;
  n: number;
  /** Of the file: what S3 says of it. */
  headers: Headers;
}

/** One file of a load's rows: CSV, in the dialect of the files that were loaded; what was never read is as it was sent. */
export class RowFile {
  readonly kind: RowKind;
  /** From 1. */
  readonly n: number;
  /** For a file on disk, such as `failed-results.csv`. */
  readonly name: string;
  readonly bytes: number;
  /** A media type; `text/csv` unless it is a file as it was sent. */
  readonly content_type: string;
  /** null where S3 has none, or a page may not see it. */
  readonly checksum: ResultFile['checksum'];
  readonly #link: RowFileLink;
  readonly #read: (range: ByteRange, signal?: AbortSignal) => AsyncGenerator<Uint8Array, void, undefined>;

  constructor(transport: Parameters<typeof readBytes>[0], link: RowFileLink, { job, kind, n, headers }: RowFileFacts) {
    const length = headers.get('content-length');
    if (length === null) throw clientError('INVALID_ANSWER', `Nothing says how large ${link.name} is`);
    this.kind = kind;
    this.n = n;
    this.bytes = Number(length);
    this.content_type = headers.get('content-type') ?? 'application/octet-stream';
    this.checksum = checksumIn(headers);
    this.name = `${kind}-results${n === 1 ? '' : `-${n}`}${isCsv(this) ? '.csv' : endingOf(job)}`;
    this.#link = link;
    this.#read = (range, signal) => readBytes(transport, link, range, signal);
  }

  /**
   * The bytes as they lie there, resumed where the connection breaks, and verified at the end where there is a checksum.
   * @throws SpectraError CHECKSUM_MISMATCH at the end, when they were not those of the file
   */
  stream({ signal }: Signal = {}): AsyncGenerator<Uint8Array, void, undefined> {
    return verified(this.range({ from: 0, to: this.bytes }, signal), this);
  }

  /** Some of the bytes, not verified. */
  range(range: ByteRange, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#read(range, signal);
  }

  /** A fresh link that needs no credential, for an hour or so (`/limits`): a browser that opens it saves the file. */
  async url({ signal }: Signal = {}): Promise<string> {
    const found = await this.#link.look(signal);
    if (!found) throw clientError('RESULT_CHANGED', `${this.name} is not there any more`);
    if (found.url === '') throw clientError('INVALID_ANSWER', 'fetch does not tell where it was led to');
    return found.url;
  }

  /** All of it in memory, for pages that work with it. */
  blob(options: Signal = {}): Promise<Blob> {
    const headers = { 'content-type': this.content_type };
    return new Response(streamOf(this.stream(options)), { headers }).blob();
  }
}

/** Whether it can be read as CSV just so. */
export const isCsv = ({ content_type }: Pick<RowFile, 'content_type'>): boolean => content_type.startsWith('text/csv');

const contents: Readonly<Record<ContentType, string>> = { CSV: '.csv', JSON: '.json', PARQUET: '.parquet' };
const compressions: Readonly<Record<Compression, string>> = { NONE: '', GZIP: '.gz', ZSTD: '.zst', BZIP2: '.bz2' };

const endingOf = ({ content_type, compression }: RowFileFacts['job']): string =>
  contents[content_type] + compressions[compression];

function checksumIn(headers: Headers): ResultFile['checksum'] {
  const value = headers.get('x-amz-checksum-crc64nvme');
  if (value === null || headers.get('x-amz-checksum-type') === 'COMPOSITE') return null;
  return { algorithm: 'CRC64NVME', value };
}
