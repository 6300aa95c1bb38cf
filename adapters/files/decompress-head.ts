import type { Transform } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import type { Compression } from '../../contract/formats.ts';

/** Behind the four bytes that say what a file is and how large its blocks are. */
const firstBlockAtBit = 32;

/**
 * What the beginning of a compressed file holds, as far as it can be told from these bytes: more than `most` bytes of it, where
 * there are more. Of bzip2, its first block.
 * @throws Error when it is not compressed so
 */
export async function decompressHead(head: Uint8Array, compression: Compression, most: number): Promise<Uint8Array> {
  switch (compression) {
    case 'NONE':
      return head;
    case 'GZIP':
      return firstBytes(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }), head, most);
    case 'ZSTD':
      return firstBytes(createZstdDecompress({ finishFlush: constants.ZSTD_e_flush }), head, most);
    case 'BZIP2': {
      // Read when it is needed: it is slow to load, and few files are compressed so.
      const { default: Bunzip } = await import('seek-bzip');
      return Bunzip.decodeBlock(Buffer.from(head), firstBlockAtBit);
    }
  }
}

/** However well the head is compressed, little more than `most` bytes are made of it. */
async function firstBytes(decoder: Transform, head: Uint8Array, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  decoder.end(head);
  for await (const chunk of decoder as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > most) break;
  }
  return Buffer.concat(chunks);
}
