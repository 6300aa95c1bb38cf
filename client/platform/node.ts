import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import type { Compression } from '../contract.ts';
import { downloadFiles } from '../download/download-files.ts';
import { sourceOfPath, spooled } from '../upload/file-on-disk.ts';
import type { Platform } from './platform.ts';

function decompressor(compression: Exclude<Compression, 'NONE'>): Transform | undefined {
  switch (compression) {
    case 'GZIP':
      return zlib.createGunzip();
    case 'ZSTD':
      // Since Node 22.15.
      return 'createZstdDecompress' in zlib ? zlib.createZstdDecompress() : undefined;
    case 'BZIP2':
      return undefined;
  }
}

async function* through(bytes: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Uint8Array> {
  const out = new PassThrough();
  const piped = pipeline(Readable.from(bytes, { objectMode: false }), transform, out);
  piped.catch(() => undefined);
  try {
    for await (const chunk of out) yield chunk as Uint8Array;
    await piped;
  } finally {
    out.destroy();
    await piped.catch(() => undefined);
  }
}

export const node: Platform = {
  decompress: (bytes, compression) => {
    const transform = decompressor(compression);
    return transform && through(bytes, transform);
  },
  download: downloadFiles,
  openFile: sourceOfPath,
  spool: spooled,
};
