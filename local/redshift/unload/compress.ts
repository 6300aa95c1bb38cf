import { spawn } from 'node:child_process';
import { Duplex, PassThrough } from 'node:stream';
import { createGzip, createZstdCompress } from 'node:zlib';
import { SqlError } from '../sql/sql-error.ts';
import type { Compression } from './unload-command.ts';

/** Beyond 4, flights take twice the time for 3 % fewer bytes. */
const GZIP_LEVEL = 4;
const CHUNK_BYTES = 256 * 1024;

/** The machine's own bzip2: neither Node nor the engine can write it. */
function bzip2(): Duplex {
  const child = spawn('bzip2', ['-c'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const stream = Duplex.from({ writable: child.stdin, readable: child.stdout });
  child.on('error', (cause) => {
    stream.destroy(
      new SqlError('58030', 'UNLOAD with BZIP2 needs the bzip2 program on this machine', undefined, { cause }),
    );
  });
  stream.on('close', () => child.kill());
  return stream;
}

/** A stream that compresses what is written to it. */
export function createCompressor(compression: Compression): Duplex {
  switch (compression) {
    case 'NONE':
      return new PassThrough();
    case 'GZIP':
      return createGzip({ level: GZIP_LEVEL, chunkSize: CHUNK_BYTES });
    case 'ZSTD':
      return createZstdCompress({ chunkSize: CHUNK_BYTES });
    case 'BZIP2':
      return bzip2();
  }
}
