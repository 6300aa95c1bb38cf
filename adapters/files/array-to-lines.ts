import { PassThrough, Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Compression } from '../../contract/formats.ts';
import { fixedLimits } from '../../contract/limits.ts';
import type { PinnedUpload } from '../../contract/records.ts';
import { LoadRefused, tooLarge } from '../../core/load/errors.ts';
import { JsonArraySplitter } from '../../core/load/json-array.ts';

/** All of it is held in memory. */
const most = fixedLimits.json_array_bytes.value;

/**
 * The objects of the outer array that a file holds, one a line.
 * @throws LoadRefused FILE_FORMAT_MISMATCH, FILE_EMPTY, FILE_TOO_LARGE, or FILE_UNREADABLE when it is not compressed so or cut off
 */
export async function arrayToLines(
  content: Uint8Array,
  { file }: Pick<PinnedUpload, 'file'>,
  compression: Compression,
): Promise<Buffer> {
  const splitter = new JsonArraySplitter(file);
  const lines: Uint8Array[] = [];
  let bytes = 0;
  const collect = async (text: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of text) {
      const piece = splitter.push(chunk);
      bytes += piece.length;
      if (bytes > most) throw tooLarge(file);
      lines.push(piece);
    }
  };
  try {
    await pipeline(Readable.from([content]), decoderOf(compression), collect);
  } catch (error) {
    if (error instanceof LoadRefused) throw error;
    const cause = error instanceof Error ? error.message : String(error);
    throw new LoadRefused('FILE_UNREADABLE', `File ${file} can't be decompressed: ${cause}. Upload it again.`);
  }
  splitter.end();
  return Buffer.concat(lines);
}

function decoderOf(compression: Compression): Transform {
  switch (compression) {
    case 'NONE':
      return new PassThrough();
    case 'GZIP':
      return createGunzip();
    case 'ZSTD':
      return createZstdDecompress();
    case 'BZIP2':
      return new PassThrough({
        transform: (chunk: Buffer, _encoding, done) => {
          import('seek-bzip')
            .then(({ default: Bunzip }) => done(null, Bunzip.decode(chunk, undefined, true)))
            .catch((error: unknown) => done(error instanceof Error ? error : new Error(String(error))));
        },
      });
  }
}
