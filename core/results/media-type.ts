import type { Compression, ContentType } from '../../contract/formats.ts';

const plain: Readonly<Record<ContentType, string>> = {
  CSV: 'text/csv; charset=utf-8',
  JSON: 'application/x-ndjson',
  PARQUET: 'application/vnd.apache.parquet',
};

const compressed: Readonly<Record<Exclude<Compression, 'NONE'>, string>> = {
  GZIP: 'application/gzip',
  ZSTD: 'application/zstd',
  BZIP2: 'application/x-bzip2',
};

/**
 * What a file is, as it lies there. A compressed file is an archive, never a Content-Encoding: tools that undo an encoding on the
 * way would save under a name that no longer fits.
 */
export const mediaType = (content_type: ContentType, compression: Compression): string =>
  compression === 'NONE' ? plain[content_type] : compressed[compression];
