import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compression } from '../../contract/formats.ts';

/** Behind the four bytes that say what a file is and how large its blocks are. */
const firstBlockAtBit = 32;
/** However well the head is compressed. */
const maxOutputLength = 4 * 1024 * 1024;

/**
 * What the beginning of a compressed file holds, as far as it can be told from these bytes; of bzip2, its first block.
 * @throws Error when it is not compressed so
 */
export async function decompressHead(head: Uint8Array, compression: Compression): Promise<Uint8Array> {
  switch (compression) {
    case 'NONE':
      return head;
    case 'GZIP':
      return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength });
    case 'ZSTD':
      return zstdDecompressSync(head, { finishFlush: constants.ZSTD_e_flush, maxOutputLength });
    case 'BZIP2': {
      // Read when it is needed: it is slow to load, and few files are compressed so.
      const { default: Bunzip } = await import('seek-bzip');
      return Bunzip.decodeBlock(Buffer.from(head), firstBlockAtBit);
    }
  }
}
