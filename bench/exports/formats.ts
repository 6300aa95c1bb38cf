import type { ExportOptions } from '../../contract/jobs.ts';

export const table = 'flights';
export const tableFile = 'node_modules/vega-datasets/data/flights-3m.parquet';
export const rows = 3_000_000;
export const query = `SELECT date, delay, distance, origin, destination FROM ${table}`;

export interface Format {
  label: string;
  /** What the service is asked for. */
  job: Pick<ExportOptions, 'content_type' | 'compression'>;
  /** The same of plain DuckDB, everything else by default. */
  copy: string;
}

export const formats: readonly Format[] = [
  {
    label: 'CSV+GZIP',
    job: { content_type: 'CSV', compression: 'GZIP' },
    copy: 'FORMAT csv, HEADER true, COMPRESSION gzip',
  },
  { label: 'CSV', job: { content_type: 'CSV', compression: 'NONE' }, copy: 'FORMAT csv, HEADER true' },
  { label: 'JSON', job: { content_type: 'JSON', compression: 'NONE' }, copy: 'FORMAT json' },
  { label: 'JSON+GZIP', job: { content_type: 'JSON', compression: 'GZIP' }, copy: 'FORMAT json, COMPRESSION gzip' },
  {
    label: 'PARQUET',
    job: { content_type: 'PARQUET', compression: 'NONE' },
    copy: 'FORMAT parquet, COMPRESSION snappy',
  },
];
