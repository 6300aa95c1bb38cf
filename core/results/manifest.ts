import type { ContentType } from '../../contract/formats.ts';
import type { Manifest, ResultColumn } from '../../contract/results.ts';

export interface ManifestFile {
  url: string;
  bytes: number;
  /** Rows of data: header lines are not rows. */
  rows: number;
}

export interface ManifestSummary {
  rows: number;
  bytes: number;
  files: number;
}

/** A manifest that can't be the whole truth about a result. */
export class ManifestError extends Error {
  override name = 'ManifestError';
}

/** UNLOAD counts the header line of each CSV file as a record. */
export function manifestFiles(manifest: Manifest, content_type: ContentType): ManifestFile[] {
  const headerLines = content_type === 'CSV' ? 1 : 0;
  return manifest.entries.map(({ url, meta }) => {
    if (meta.record_count === undefined) throw new ManifestError(`The manifest does not count the records of ${url}`);
    return { url, bytes: meta.content_length, rows: Math.max(0, meta.record_count - headerLines) };
  });
}

export function summarize(manifest: Manifest, content_type: ContentType): ManifestSummary {
  const files = manifestFiles(manifest, content_type);
  return {
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    files: files.length,
  };
}

export const manifestColumns = (manifest: Manifest): ResultColumn[] =>
  (manifest.schema?.elements ?? []).map(({ name, type }) => ({ name, type: type.base }));
