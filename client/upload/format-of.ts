import type { Compression, ContentType } from '../contract.ts';
import { clientError } from '../errors/spectra-error.ts';

export interface Format {
  content_type?: ContentType | undefined;
  compression?: Compression | undefined;
}

export interface NamedFormat extends Format {
  /** For messages. */
  name: string;
}

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
export function formatOf(name: string): Format {
  const endings = name.toLowerCase().split('.').slice(1);
  const compression = compressions[endings.at(-1) ?? ''];
  const content_type = contents[endings.at(compression === undefined ? -1 : -2) ?? ''];
  if (content_type !== undefined) return { content_type, compression: compression ?? 'NONE' };
  return compression === undefined ? {} : { compression };
}

/** What all files of a load are, unless it is said. @throws SpectraError INVALID_OPTION where they differ */
export function commonFormat(files: readonly NamedFormat[], asked: Format): Format {
  const content_type = asked.content_type ?? same(files, 'content_type');
  const compression = asked.compression ?? same(files, 'compression');
  return { ...(content_type && { content_type }), ...(compression && { compression }) };
}

/** Files that do not say what they are, are as the others. */
function same<What extends keyof Format>(files: readonly NamedFormat[], what: What): Format[What] {
  const saying = files.filter((file) => file[what] !== undefined);
  const [first] = saying;
  const other = saying.find((file) => file[what] !== first?.[what]);
  if (first && other)
    throw clientError(
      'INVALID_OPTION',
      `Files of one load have the same ${what}: ${first.name} is ${String(first[what])}, ${other.name} is ${String(other[what])}`,
      { hint: 'Load them one after the other, or say with `content_type` and `compression` what they are.' },
    );
  return first?.[what];
}
