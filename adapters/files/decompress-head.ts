import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compression } from '../../contract/formats.ts';

/** Behind the four bytes that say what a file is and how large its blocks are. */
const firstBlockAtBit = 32;
/** However well the head is compressed. */
const maxOutputLength = 4 * 1024 * 1024;

/**
 * What the beginning of a compressed file holds, as far as it can be told from these bytes, and no more than 4 MB; of bzip2, its
 * first block.
 * @throws Error when it is not compressed so
 */
export async function decompressHead(head: Uint8Array, compression: Compression): Promise<Uint8Array> {
  switch (compression) {
    case 'NONE':
      return head;
    case 'GZIP':
      return asMuchAsFits(head, (some) => gunzipSync(some, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength }));
    case 'ZSTD':
      return asMuchAsFits(head, (some) =>
        zstdDecompressSync(some, { finishFlush: constants.ZSTD_e_flush, maxOutputLength }),
      );
    case 'BZIP2': {
      // Read when it is needed: it is slow to load, and few files are compressed so.
      const { default: Bunzip } = await import('seek-bzip');
      return Bunzip.decodeBlock(Buffer.from(head), firstBlockAtBit);
    }
  }
}

/** Of what is compressed very well, half, or half of that, is still much: the beginning is all that is asked for. */
function asMuchAsFits(head: Uint8Array, decompress: (some: Uint8Array) => Uint8Array): Uint8Array {
  for (let bytes = head.length; ; bytes = Math.floor(bytes / 2)) {
    try {
      return decompress(head.subarray(0, bytes));
    } catch (error) {
      if (bytes < 2 || !isTooLarge(error)) throw error;
    }
  }
}

const isTooLarge = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
