import { PassThrough, Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import Bunzip from 'seek-bzip';
import type { Compression } from '../../contract/formats.ts';
import { JsonArraySplitter } from '../../core/load/json-array.ts';

/** Of the decompressed text: it is held in memory. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/**
 * The objects of the outer array that a file holds, one a line.
 * @throws LoadRefused when it is no such array, TooLarge beyond `most` bytes of lines, Error when it is not compressed so or cut off
 */
export async function arrayToLines(
  body: AsyncIterable<Uint8Array>,
  { compression, file, most }: { compression: Compression; file: number; most: number },
): Promise<Buffer> {
  const splitter = new JsonArraySplitter(file);
  const lines: Uint8Array[] = [];
  let bytes = 0;
  const collect = async (text: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of text) {
      const piece = splitter.push(chunk);
      bytes += piece.length;
      if (bytes > most) throw new TooLarge(`more than ${most} bytes`);
      lines.push(piece);
    }
  };
  if (compression === 'BZIP2') await collect(Readable.from([Bunzip.decode(await whole(body, most), undefined, true)]));
  else await pipeline(Readable.from(body), decoderOf(compression), collect);
  splitter.end();
  return Buffer.concat(lines);
}

function decoderOf(compression: Exclude<Compression, 'BZIP2'>): Transform {
  switch (compression) {
    case 'NONE':
      return new PassThrough();
    case 'GZIP':
      return createGunzip();
    case 'ZSTD':
      return createZstdDecompress();
  }
}

async function whole(body: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > most) throw new TooLarge(`more than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
