import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createJob, followJob, startJob } from '../../local/demo/api.ts';
import type { LocalAws } from '../../local/local-aws.ts';
import { startLocal } from '../../local/start.ts';
import { factsSql, type LargeCsv, readFacts, writeLargeCsv } from './large-csv.ts';
import { uploadInParts } from './upload-in-parts.ts';

export interface SoakOptions {
  megabytes: number;
  parts: number;
  tell: (line: string) => void;
}

/** One file, loaded. */
export interface Loaded extends LargeCsv {
  verified: boolean;
  resumedParts: number;
  uploadSeconds: number;
  loadSeconds: number;
  rowsPerSecond: number;
  /** Most resident: of the process with Redshift, S3 and the gateway in it, and of the functions' processes. */
  peakMegabytes: Record<string, number>;
}

export interface SoakReport {
  /** A file of a tenth, and the whole. */
  tenth: Loaded;
  whole: Loaded;
  /** Both tables are as they should be. */
  verified: boolean;
  /** What the whole took beyond the tenth is within what it may. */
  flat: boolean;
}

/** What ten times the bytes may take more: a function reads the beginning of a file, the engine keeps to its limit and spills the rest. */
const growthMegabytes = { functions: 32, warehouse: 1000 };

const table = 'demo.soak';
/** The least that S3 takes as a part, but for the last. */
const leastPart = 5 * 1024 * 1024;
const longestLoad = 3_600_000;
const functions = ['start-jobs', 'finish-jobs', 'uploads-api'];

async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

async function peaks(local: LocalAws): Promise<Record<string, number>> {
  const each = functions.map(async (name) => {
    const pids = await Promise.all(local.functions.pids(name).map(peakOf));
    return [name, Math.max(0, ...pids)] as const;
  });
  return Object.fromEntries([['warehouse', await peakOf(process.pid)], ...(await Promise.all(each))]);
}

/** Makes, uploads, loads and compares a file, after one of a tenth; each in a service of its own. */
export async function soakLoad({ megabytes, ...options }: SoakOptions): Promise<SoakReport> {
  const tenth = await soakFile({ ...options, megabytes: Math.ceil(megabytes / 10) });
  const whole = await soakFile({ ...options, megabytes });
  const grew = (name: string): number => {
    const [before, after] = [tenth.peakMegabytes[name] ?? 0, whole.peakMegabytes[name] ?? 0];
    return before > 0 && after > 0 ? after - before : Infinity;
  };
  return {
    tenth,
    whole,
    verified: tenth.verified && whole.verified,
    flat:
      grew('warehouse') <= growthMegabytes.warehouse &&
      functions.every((name) => grew(name) <= growthMegabytes.functions),
  };
}

async function soakFile({ megabytes, parts, tell }: SoakOptions): Promise<Loaded> {
  const folder = await mkdtemp(join(tmpdir(), 'soak-load-'));
  try {
    const path = join(folder, 'large.csv');
    tell(`writing about ${megabytes} MB`);
    const file = await writeLargeCsv(path, megabytes);
    tell(`${file.rows} rows, ${file.bytes} bytes`);
    const local = await startLocal({ dataDir: join(folder, 'aws') });
    try {
      return await load(local, path, file, { parts, tell });
    } finally {
      await local.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function load(
  local: LocalAws,
  path: string,
  file: LargeCsv,
  { parts, tell }: Pick<SoakOptions, 'parts' | 'tell'>,
): Promise<Loaded> {
  await local.redshift.query('CREATE SCHEMA IF NOT EXISTS demo');
  await local.redshift.query(
    `CREATE TABLE ${table} (id BIGINT, date TIMESTAMP, delay BIGINT, distance BIGINT, origin VARCHAR, destination VARCHAR)`,
  );
  const { apiUrl, apiKey } = local;
  const api = { url: apiUrl, key: apiKey };
  const job = await createJob(api, { operation: 'insert', object: table, content_type: 'CSV' });
  const began = performance.now();
  const resumedParts = await uploadInParts({
    ...{ apiUrl, apiKey, jobId: job.job_id, path, bytes: file.bytes, tell },
    parts: Math.max(1, Math.min(parts, Math.floor(file.bytes / leastPart))),
  });
  const uploadSeconds = (performance.now() - began) / 1000;
  let told = '';
  const done = await followJob(
    api,
    await startJob(api, job),
    ({ progress: { message } }) => {
      if (message !== told) tell((told = message));
    },
    longestLoad,
  );
  if (done.state !== 'JobComplete') throw new Error(`The job ended ${done.state}: ${JSON.stringify(done.error)}`);
  tell('comparing');
  const [row] = await local.redshift.query(factsSql(table));
  const found = readFacts(row);
  const loadSeconds = done.duration_seconds ?? 0;
  return {
    ...file,
    verified:
      found.rows === file.rows && found.checksum === file.checksum && done.number_records_processed === file.rows,
    resumedParts,
    uploadSeconds: Math.round(uploadSeconds),
    loadSeconds,
    rowsPerSecond: Math.round(file.rows / Math.max(1, loadSeconds)),
    peakMegabytes: await peaks(local),
  };
}
