import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { pipeline as finished } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { errorMessage } from '../engine/error-message.ts';
import { SqlError } from '../sql/sql-error.ts';
import type { Compression } from './copy-command.ts';

export interface Compressed {
  readonly body: Readable;
  readonly compression: Compression;
  /** For bzip2's temporary files, without ending. */
  readonly path: string;
  readonly signal: AbortSignal;
}

const CHUNK_BYTES = 256 * 1024;

function damaged(compression: Compression, cause: unknown): SqlError {
  const message = errorMessage(cause);
  // What Redshift says of gzip is known; its words for the others are not.
  const text = compression === 'GZIP' ? `Failed to inflate ${message}. zlib error code: -3` : message;
  return new SqlError('XX000', `The file is no whole ${compression.toLowerCase()} file: ${text}`, undefined, { cause });
}

async function* through(body: Readable, decoder: Transform, compression: Compression): AsyncGenerator<Buffer> {
  let failed: NodeJS.ErrnoException | undefined | null;
  body.once('error', (cause) => (failed = cause));
  pipeline(body, decoder, () => undefined);
  try {
    yield* decoder as AsyncIterable<Buffer>;
  } catch (cause) {
    // What the source ended with is no fault of the data.
    throw failed ?? damaged(compression, cause);
  }
}

async function runWorker(from: string, to: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./bunzip2-worker.ts', import.meta.url), {
    workerData: { from, to },
    stderr: true,
  });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once('error', (cause) => reject(damaged('BZIP2', cause)));
      worker.once('exit', () => resolve());
    });
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function* throughWorker({ body, path, signal }: Compressed): AsyncGenerator<Buffer> {
  const packed = `${path}.bz2`;
  const unpacked = `${path}.raw`;
  try {
    await finished(body, createWriteStream(packed), { signal });
    await runWorker(packed, unpacked, signal);
    yield* createReadStream(unpacked, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
  } finally {
    await Promise.all([packed, unpacked].map((file) => rm(file, { force: true })));
  }
}

/** The content of a compressed object, in chunks. Rejects with SqlError when it is damaged or cut off. */
export function decompressed(source: Compressed): AsyncIterable<Buffer> {
  const { body, compression } = source;
  switch (compression) {
    case 'NONE':
      return body as AsyncIterable<Buffer>;
    case 'GZIP':
      return through(body, createGunzip({ chunkSize: CHUNK_BYTES }), compression);
    case 'ZSTD':
      return through(body, createZstdDecompress({ chunkSize: CHUNK_BYTES }), compression);
    case 'BZIP2':
      return throughWorker(source);
  }
}
