import type { Compression, ContentType } from '../contract.ts';

const compressions: Readonly<Record<string, Compression>> = {
  gz: 'GZIP',
  gzip: 'GZIP',
  zst: 'ZSTD',
  zstd: 'ZSTD',
  bz2: 'BZIP2',
};

const contents: Readonly<Record<string, ContentType>> = {
  csv: 'CSV',
  json: 'JSON',
  jsonl: 'JSON',
  ndjson: 'JSON',
  parquet: 'PARQUET',
};

/** What a file is by its name, such as `orders.csv.gz`; what the name does not say is left out. */
export function formatOf(name: string): { content_type?: ContentType; compression?: Compression } {
  const endings = name.toLowerCase().split('.').slice(1);
  const compression = compressions[endings.at(-1) ?? ''];
  const content_type = contents[endings.at(compression === undefined ? -1 : -2) ?? ''];
  return { ...(content_type && { content_type }), ...(compression && { compression }) };
}
