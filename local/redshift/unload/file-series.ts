import type { Duplex } from 'node:stream';
import { once } from 'node:events';
import { createCompressor } from './compress.ts';
import type { RowBlock } from './row-blocks.ts';
import type { Compression } from './unload-command.ts';
import { uploadStream, type ObjectTarget } from './upload.ts';

/** A file that was written. */
export interface UnloadedFile {
  readonly key: string;
  readonly bytes: number;
  /** Lines, the header included. */
  readonly records: number;
}

export interface SeriesOptions {
  readonly target: Omit<ObjectTarget, 'key'>;
  readonly keyOf: (part: number) => string;
  readonly compression: Compression;
  readonly maxFileBytes: number;
  /** Written at the top of each file. */
  readonly header: Buffer | undefined;
}

interface OpenFile {
  readonly key: string;
  readonly compressor: Duplex;
  readonly upload: Promise<number>;
  /** Bytes that came out of the compressor. */
  written: () => number;
  records: number;
}

/** The files of one slice, one after the other: the next begins where MAXFILESIZE would be passed. */
export class FileSeries {
  private readonly options: SeriesOptions;
  private readonly files: Promise<UnloadedFile>[] = [];
  private open: OpenFile | undefined;
  private parts = 0;

  constructor(options: SeriesOptions) {
    this.options = options;
  }

  get isEmpty(): boolean {
    return this.parts === 0;
  }

  async write({ data, rows }: RowBlock): Promise<void> {
    if (this.open !== undefined && this.open.written() + data.length > this.options.maxFileBytes) await this.finish();
    const file = this.open ?? this.start();
    file.records += rows;
    await this.push(file, data);
  }

  /** Opens a first file even without rows. */
  startEmpty(): void {
    if (this.isEmpty) this.start();
  }

  /** Closes the last file and waits for all of them. */
  async end(): Promise<UnloadedFile[]> {
    await this.finish();
    return Promise.all(this.files);
  }

  /** Throws everything away that is not yet visible. The caller has aborted the uploads. */
  async abandon(): Promise<void> {
    this.open?.compressor.destroy();
    await Promise.allSettled([...this.files, this.open?.upload]);
  }

  private start(): OpenFile {
    const key = this.options.keyOf(this.parts);
    this.parts += 1;
    const compressor = createCompressor(this.options.compression);
    let written = 0;
    const counted = async function* (): AsyncGenerator<Buffer> {
      for await (const chunk of compressor as AsyncIterable<Buffer>) {
        written += chunk.length;
        yield chunk;
      }
    };
    const upload = uploadStream({ ...this.options.target, key }, counted());
    upload.catch((cause: unknown) => compressor.destroy(cause instanceof Error ? cause : undefined));
    compressor.on('error', () => undefined);
    const { header } = this.options;
    if (header !== undefined) compressor.write(header);
    this.open = { key, compressor, upload, written: () => written, records: header === undefined ? 0 : 1 };
    return this.open;
  }

  private async push(file: OpenFile, data: Buffer): Promise<void> {
    if (file.compressor.destroyed) await file.upload;
    if (file.compressor.write(data)) return;
    await Promise.race([once(file.compressor, 'drain'), file.upload]);
  }

  private async finish(): Promise<void> {
    const file = this.open;
    if (file === undefined) return;
    this.open = undefined;
    file.compressor.end();
    const finished = file.upload.then((bytes) => ({ key: file.key, bytes, records: file.records }));
    finished.catch(() => undefined);
    this.files.push(finished);
    if (this.files.length > 1) await this.files.at(-2);
  }
}
