import type { Compression, UnloadCommand } from './unload-command.ts';

const SUFFIX: Readonly<Record<Compression, string>> = { NONE: '', GZIP: '.gz', ZSTD: '.zst', BZIP2: '.bz2' };

function extension({ extension: given, format, compression }: UnloadCommand): string {
  if (given !== undefined) return `.${given}`;
  return format.kind === 'PARQUET' ? '.parquet' : SUFFIX[compression];
}

const padded = (value: number, width: number): string => String(value).padStart(width, '0');

/** The key of a file: `<prefix>0001_part_00.gz`, or `<prefix>000.gz` with PARALLEL OFF. EXTENSION replaces the ending. */
export function fileKey(command: UnloadCommand, prefix: string, slice: number, part: number): string {
  const name = command.parallel ? `${padded(slice, 4)}_part_${padded(part, 2)}` : padded(part, 3);
  return `${prefix}${name}${extension(command)}`;
}

const UNSAFE = /[^A-Za-z0-9_.\- :+]+/g;

/** `column=value/` as Hive names partition folders. */
export const partitionFolder = (column: string, value: string | null): string =>
  `${column}=${value === null ? '__HIVE_DEFAULT_PARTITION__' : value.replaceAll(UNSAFE, (chars) => encodeURIComponent(chars))}/`;
