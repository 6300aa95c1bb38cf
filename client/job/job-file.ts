import type { ResultFile } from '../contract.ts';
import { fileSource } from '../download/file-source.ts';
import { type ByteRange, readBytes } from '../download/read-bytes.ts';
import { verified } from '../download/verified.ts';
import type { CallOptions, Transport } from '../http/transport.ts';

/** One file of a complete export. */
export class JobFile implements ResultFile {
  readonly n: number;
  readonly url: string;
  readonly download_url: string;
  readonly name: string;
  readonly bytes: number;
  readonly rows: number;
  readonly checksum: ResultFile['checksum'];
  readonly content_type: string;
  /** When `download_url` expires. */
  readonly url_expires_at: string;
  readonly #transport: Transport;
  readonly #source: ReturnType<typeof fileSource>;

  constructor(transport: Transport, jobId: string, file: ResultFile, url_expires_at: string) {
    this.n = file.n;
    this.url = file.url;
    this.download_url = file.download_url;
    this.name = file.name;
    this.bytes = file.bytes;
    this.rows = file.rows;
    this.checksum = file.checksum;
    this.content_type = file.content_type;
    this.url_expires_at = url_expires_at;
    this.#transport = transport;
    this.#source = fileSource(transport, jobId, file, url_expires_at);
  }

  /**
   * The bytes as they lie there, resumed where the connection breaks and verified at the end.
   * @throws SpectraError CHECKSUM_MISMATCH at the end, when they were not those of the file
   */
  stream({ signal }: Pick<CallOptions, 'signal'> = {}): AsyncGenerator<Uint8Array, void, undefined> {
    return verified(this.range({ from: 0, to: this.bytes }, signal), this);
  }

  /** Some of the bytes, not verified. */
  range(range: ByteRange, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    return readBytes(this.#transport, this.#source, range, signal);
  }
}
