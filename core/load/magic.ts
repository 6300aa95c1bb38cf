import type { Compression } from '../../contract/formats.ts';
import type { LoadOptions } from '../../contract/load.ts';
import { LoadRefused } from './errors.ts';

type Magic = Exclude<Compression, 'NONE'> | 'PARQUET';

const MAGIC: readonly (readonly [Magic, readonly number[]])[] = [
  ['GZIP', [0x1f, 0x8b]],
  ['ZSTD', [0x28, 0xb5, 0x2f, 0xfd]],
  ['PARQUET', [0x50, 0x41, 0x52, 0x31]],
];
/** Blocks of bzip2 start with digits of pi; a file without a block, with those of its square root. */
const BZIP2_BLOCKS: readonly (readonly number[])[] = [
  [0x31, 0x41, 0x59, 0x26, 0x53, 0x59],
  [0x17, 0x72, 0x45, 0x38, 0x50, 0x90],
];

const startsWith = (head: Uint8Array, bytes: readonly number[], from = 0): boolean =>
  bytes.every((byte, at) => head[from + at] === byte);

/** What a file is by its first bytes; undefined for text, and for all that is not known here. */
export function magicOf(head: Uint8Array): Magic | undefined {
  const found = MAGIC.find(([, bytes]) => startsWith(head, bytes));
  if (found) return found[0];
  const bzip2 = startsWith(head, [0x42, 0x5a, 0x68]) && BZIP2_BLOCKS.some((block) => startsWith(head, block, 4));
  return bzip2 ? 'BZIP2' : undefined;
}

/**
 * Holds the first bytes of a file, as it was uploaded, to what was said about it.
 * @throws LoadRefused FILE_EMPTY, FILE_COMPRESSION_MISMATCH, FILE_FORMAT_MISMATCH
 */
export function checkMagic(
  file: number,
  head: Uint8Array,
  { content_type, compression }: Pick<LoadOptions, 'content_type' | 'compression'>,
): void {
  if (head.length === 0) throw new LoadRefused('FILE_EMPTY', `File ${file} is empty: upload a file with data.`);
  const magic = magicOf(head);
  const is = magic === undefined ? 'plain' : `a ${magic} file`;
  const expected = content_type === 'PARQUET' ? 'PARQUET' : compression === 'NONE' ? undefined : compression;
  if (magic === expected) return;
  if (content_type !== 'PARQUET' && magic === 'PARQUET') {
    throw new LoadRefused('FILE_FORMAT_MISMATCH', `File ${file} is a Parquet file: create the job with PARQUET.`);
  }
  if (content_type === 'PARQUET' && magic === undefined) {
    throw new LoadRefused('FILE_FORMAT_MISMATCH', `File ${file} is no Parquet file: it does not start with PAR1.`);
  }
  const advice =
    content_type === 'PARQUET'
      ? 'PARQUET is compressed within: upload it as it is.'
      : magic === undefined
        ? `Compress it as ${compression}, or create the job with compression NONE.`
        : `Create the job with compression ${magic}.`;
  throw new LoadRefused(
    'FILE_COMPRESSION_MISMATCH',
    `File ${file} is ${is}, but ${expected ?? 'no compression'} was declared. ${advice}`,
  );
}
