import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadJobBody } from '../../contract/jobs.ts';
import type { LocalAws } from '../local-aws.ts';
import { type Api, createJob, followJob, resultsOf, startJob } from './api.ts';
import { downloadAll } from './download.ts';
import type { Progress } from './progress.ts';
import { upload } from './upload.ts';

export interface IngestRow {
  step: string;
  rows: number;
  files: number;
  bytes: number;
  export: number;
  upload: number;
  load: number;
  verified: boolean;
  /** What is not as it should be; empty when all is. */
  faults: string[];
}

interface Step {
  label: string;
  /** What is sent: the rows of this query, exported by the service itself. */
  query: string;
  /** What the copy must be afterwards. */
  expected: string;
  load: Pick<LoadJobBody, 'operation'> & Partial<LoadJobBody>;
}

const copy = 'demo.flights_copy';
const columns = 'id, date, delay, distance, origin, destination';
const mostPerJob = 180_000;

/** Every hundredth flight comes later than it had, and one in a thousand is flown again. */
const changed = `SELECT id, date, delay + 15 AS delay, distance, origin, destination FROM demo.flights WHERE MOD(id, 100) = 0
  UNION ALL SELECT id + 10000000 AS id, date, delay, distance, origin, destination FROM demo.flights WHERE MOD(id, 1000) = 1`;
const upserted = `SELECT ${columns} FROM demo.flights WHERE MOD(id, 100) <> 0 UNION ALL ${changed}`;

const steps: readonly Step[] = [
  {
    label: 'insert',
    query: `SELECT ${columns} FROM demo.flights`,
    expected: `SELECT ${columns} FROM demo.flights`,
    load: { operation: 'insert', content_type: 'CSV', compression: 'GZIP' },
  },
  {
    label: 'upsert',
    query: changed,
    expected: upserted,
    load: { operation: 'upsert', external_id_field: ['id'], content_type: 'PARQUET' },
  },
  {
    label: 'delete',
    query: 'SELECT id FROM demo.flights WHERE MOD(id, 7) = 0',
    expected: `SELECT ${columns} FROM (${upserted}) AS wanted WHERE id > 10000000 OR MOD(id, 7) <> 0`,
    load: { operation: 'delete', external_id_field: ['id'], content_type: 'JSON' },
  },
];

/** Numbers the flights, and makes an empty table for their copy. */
export async function prepareTables(local: LocalAws): Promise<void> {
  await local.redshift.query('CREATE SCHEMA IF NOT EXISTS demo');
  await local.redshift.query(
    'CREATE OR REPLACE TABLE demo.flights AS SELECT row_number() OVER () AS id, date, delay, distance, origin, destination FROM flights',
  );
  await local.redshift.query(`CREATE OR REPLACE TABLE ${copy} AS SELECT * FROM demo.flights LIMIT 0`);
}

/** There and back: what the service exports is loaded into a copy by the service, changed and thinned out, and compared row by row. */
export async function ingestFlights(local: LocalAws, dir: string, progress: Progress): Promise<IngestRow[]> {
  const api = { url: local.apiUrl, key: local.apiKey };
  await prepareTables(local);
  const rows: IngestRow[] = [];
  for (const step of steps) rows.push(await takeStep(local, api, step, join(dir, step.label), progress));
  return rows;
}

async function takeStep(local: LocalAws, api: Api, step: Step, dir: string, progress: Progress): Promise<IngestRow> {
  const { label, load } = step;
  const began = Date.now();
  const paths = await exportTo(api, step, dir, progress);
  const exported = Date.now();
  const open = await createJob(api, { ...load, object: copy });
  let bytes = 0;
  for (const [at, path] of paths.entries()) {
    progress.show(label, at / paths.length, 'uploading');
    bytes += await upload(api, open, at + 1, path);
  }
  const uploaded = Date.now();
  const closed = await startJob(api, open);
  const job = await followJob(api, closed, (now) => progress.show(label, undefined, now.progress.message), mostPerJob);
  if (job.state !== 'JobComplete')
    throw new Error(`${label}: the job ended ${job.state}: ${JSON.stringify(job.error)}`);
  progress.show(label, undefined, 'comparing');
  const differing = await differences(local, step.expected);
  const faults = [
    ...(differing > 0 ? [`${differing} rows are not as they should be`] : []),
    ...(job.number_records_failed > 0 ? [`${job.number_records_failed} rows were rejected`] : []),
  ];
  const row: IngestRow = {
    step: label,
    rows: job.number_records_processed,
    files: paths.length,
    bytes,
    export: (exported - began) / 1000,
    upload: (uploaded - exported) / 1000,
    load: job.duration_seconds ?? 0,
    verified: faults.length === 0,
    faults,
  };
  progress.done(label, row.verified ? `${row.rows} rows in ${row.files} files, compared` : faults.join('; '));
  return row;
}

async function exportTo(api: Api, { label, query, load }: Step, dir: string, progress: Progress): Promise<string[]> {
  const { content_type, compression } = load;
  const open = await createJob(api, { operation: 'query', query, content_type, compression });
  const job = await followJob(
    api,
    await startJob(api, open),
    (now) => progress.show(label, undefined, now.progress.message),
    mostPerJob,
  );
  if (job.state !== 'JobComplete') throw new Error(`${label}: the export ended ${job.state}`);
  await rm(dir, { recursive: true, force: true });
  return downloadAll(await resultsOf(api, job), dir, () => undefined);
}

/** Rows of one that the other has not, both ways, doubles counted. */
async function differences(local: LocalAws, expected: string): Promise<number> {
  const one = `SELECT ${columns} FROM ${copy}`;
  const sql = `SELECT count(*) AS rows FROM ((${one} EXCEPT ALL (${expected})) UNION ALL ((${expected}) EXCEPT ALL ${one}))`;
  const [row] = await local.redshift.query(sql);
  return Number(row?.rows ?? -1);
}
