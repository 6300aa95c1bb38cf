import type { ResultFile, Results } from '../../contract/results.ts';
import type { Job, JobIn, JobKey } from '../jobs/job.ts';
import type { Clock, JobStore, PresignedUrl, Presigner, ResultStore } from '../ports.ts';
import { mapBounded } from '../map-bounded.ts';
import { ProblemError } from '../problem-error.ts';
import { manifestKey, runPrefix } from '../results/location.ts';
import { type ManifestFile, manifestColumns, manifestFiles } from '../results/manifest.ts';
import { mediaType } from '../results/media-type.ts';
import { findJob } from './find-job.ts';
import { wrongOperation } from './read-load-rows.ts';

export interface ResultsDeps {
  jobs: JobStore;
  results: Pick<ResultStore, 'manifest' | 'checksum' | 'key'>;
  presigner: Presigner;
  clock: Clock;
}

export interface ResultsCommand {
  key: JobKey;
  limit: number;
  /** n of the last file seen. */
  after: number;
  /** Path that the API is served under, such as /v1. */
  base: string;
}

/** Checksums that are asked for at once. */
const atOnce = 32;

/** The files of a complete job, as its manifest names them. */
export async function readResults(deps: ResultsDeps, command: ResultsCommand): Promise<Results> {
  const job = completeJob(await findJob(deps, command.key), deps.clock);
  const manifest = await manifestOf(deps, job);
  const all = manifestFiles(manifest, job.content_type);
  const page = all.slice(command.after, command.after + command.limit);
  const files = await mapBounded(page, atOnce, (file, index) =>
    describe(deps, job, file, command.after + index + 1, command.base),
  );
  const next = command.after + page.length;
  const expiries = files.map((file) => file.presigned.expires_at).sort();
  return {
    job_id: job.job_id,
    rows: job.rows,
    bytes: job.bytes,
    file_count: all.length,
    files: files.map(({ presigned: _presigned, ...file }): ResultFile => file),
    next_cursor: next < all.length ? String(next) : null,
    download_url: all.length === 1 ? (files[0]?.download_url ?? null) : null,
    schema: manifestColumns(manifest),
    url_expires_at: expiries[0] ?? job.expires_at,
    expires_at: job.expires_at,
  };
}

/** A fresh URL for the n-th file: what the stable link redirects to. */
export async function readFile(deps: ResultsDeps, key: JobKey, n: number): Promise<PresignedUrl> {
  const job = completeJob(await findJob(deps, key), deps.clock);
  const file = manifestFiles(await manifestOf(deps, job), job.content_type)[n - 1];
  if (!file) throw new ProblemError('FILE_NOT_FOUND', `The job has ${job.files} file(s); there is no file ${n}.`);
  return presign(deps, job, file);
}

function completeJob(job: Job, clock: Clock): JobIn<'JobComplete'> {
  if (job.load) throw wrongOperation(job, 'its rows are under successful-results and failed-results');
  if (job.state !== 'JobComplete') {
    throw new ProblemError('RESULTS_NOT_READY', `The job is ${job.state}; only a JobComplete job has results.`, {
      state: job.state,
    });
  }
  if (Date.parse(job.expires_at) <= clock.now().getTime()) {
    throw new ProblemError('RESULTS_EXPIRED', `The results expired at ${job.expires_at}.`, {
      expired_at: job.expires_at,
    });
  }
  return job;
}

async function manifestOf(deps: ResultsDeps, job: JobIn<'JobComplete'>) {
  const manifest = await deps.results.manifest(manifestKey(job));
  if (!manifest) throw new Error(`Job ${job.job_id} is complete, but its manifest is gone`);
  return manifest;
}

async function describe(deps: ResultsDeps, job: JobIn<'JobComplete'>, file: ManifestFile, n: number, base: string) {
  const [presigned, checksum] = await Promise.all([presign(deps, job, file), deps.results.checksum(keyOf(deps, file))]);
  return {
    n,
    url: `${base}/bulk/jobs/${job.job_id}/files/${n}`,
    download_url: presigned.url,
    name: nameOf(deps, job, file),
    bytes: file.bytes,
    rows: file.rows,
    checksum,
    content_type: mediaType(job.content_type, job.compression),
    presigned,
  };
}

const presign = (deps: ResultsDeps, job: JobIn<'JobComplete'>, file: ManifestFile): Promise<PresignedUrl> =>
  deps.presigner.download(keyOf(deps, file), {
    name: nameOf(deps, job, file).split('/').at(-1) ?? job.job_id,
    content_type: mediaType(job.content_type, job.compression),
  });

/** A manifest is data from outside: only files of this very run are ever signed for. */
function keyOf(deps: ResultsDeps, file: ManifestFile): string {
  const key = deps.results.key(file.url);
  if (key === undefined) throw new Error(`The manifest names a file outside of the result bucket: ${file.url}`);
  return key;
}

function nameOf(deps: ResultsDeps, job: JobIn<'JobComplete'>, file: ManifestFile): string {
  const key = keyOf(deps, file);
  const prefix = runPrefix(job);
  if (!key.startsWith(prefix) || key.split('/').includes('..'))
    throw new Error(`The manifest of job ${job.job_id} names a file of another run: ${key}`);
  return key.slice(prefix.length);
}
