import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobView } from '../../contract/jobs.ts';
import { type Api, createJob, followJob, resultsOf, startJob } from './api.ts';
import { downloadAll } from './download.ts';
import { type Fingerprint, fingerprintFiles } from './fingerprint.ts';
import type { Progress } from './progress.ts';

export interface DemoFormat {
  label: string;
  content_type: 'CSV' | 'JSON' | 'PARQUET';
  compression: 'NONE' | 'GZIP';
}

export const formats: readonly DemoFormat[] = [
  { label: 'CSV+GZIP', content_type: 'CSV', compression: 'GZIP' },
  { label: 'JSON', content_type: 'JSON', compression: 'NONE' },
  { label: 'PARQUET', content_type: 'PARQUET', compression: 'NONE' },
];

export interface DemoRow {
  format: string;
  rows: number;
  files: number;
  bytes: number;
  wait: number;
  export: number;
  download: number;
  verify: number;
  verified: boolean;
  /** What is not as it should be; empty when all is. */
  faults: string[];
}

const query = 'SELECT date, delay, distance, origin, destination FROM flights';
const mostPerJob = 120_000;

/** One export job from its creation to verified files in `<dir>/<format>/`. */
export async function exportFlights(
  api: Api,
  format: DemoFormat,
  dir: string,
  expected: Fingerprint,
  progress: Progress,
): Promise<DemoRow> {
  const { label, content_type, compression } = format;
  const open = await createJob(api, { operation: 'query', object: 'flights', query, content_type, compression });
  const job = await followJob(
    api,
    await startJob(api, open),
    (now) => progress.show(label, undefined, now.state),
    mostPerJob,
  );
  if (job.state !== 'JobComplete')
    throw new Error(`${label}: the job ended ${job.state}: ${JSON.stringify(job.error)}`);
  const target = join(dir, label.toLowerCase().replace('+', '-'));
  const began = Date.now();
  const paths = await fetchFiles(api, job, target, label, progress);
  const downloaded = Date.now();
  progress.show(label, undefined, 'verifying');
  const found = await fingerprintFiles(content_type, paths);
  const faults = faultsOf(job, found, expected);
  const row: DemoRow = {
    format: label,
    rows: found.rows,
    files: job.files,
    bytes: job.bytes,
    wait: job.wait_seconds ?? 0,
    export: job.duration_seconds ?? 0,
    download: (downloaded - began) / 1000,
    verify: (Date.now() - downloaded) / 1000,
    verified: faults.length === 0,
    faults,
  };
  progress.done(label, row.verified ? `${row.rows} rows in ${row.files} files, verified` : faults.join('; '));
  return row;
}

async function fetchFiles(
  api: Api,
  job: JobView,
  target: string,
  label: string,
  progress: Progress,
): Promise<string[]> {
  await rm(target, { recursive: true, force: true });
  const results = await resultsOf(api, job);
  let received = 0;
  return downloadAll(results, target, (bytes) => {
    received += bytes;
    progress.show(label, received / Math.max(1, results.bytes), 'downloading');
  });
}

function faultsOf(job: JobView, found: Fingerprint, expected: Fingerprint): string[] {
  const faults: string[] = [];
  if (found.rows !== expected.rows) faults.push(`${found.rows} rows in the files, ${expected.rows} in the warehouse`);
  if (job.number_records_processed !== expected.rows)
    faults.push(`the job counts ${job.number_records_processed} rows`);
  if (found.checksum !== expected.checksum) faults.push('the checksum over the data is not the warehouse’s');
  return faults;
}
