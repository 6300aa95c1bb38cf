import type { Job, JobKey } from '../jobs/job.ts';
import type { Clock, JobStore, PresignedUrl, Presigner, ResultStore } from '../ports.ts';
import { ProblemError } from '../problem-error.ts';
import { type RowsOfLoad, rowsManifestKey, rowsPrefix } from '../results/location.ts';
import { mediaType } from '../results/media-type.ts';
import { findJob } from './find-job.ts';

export interface LoadRowsDeps {
  jobs: Pick<JobStore, 'get' | 'getLatest' | 'getRequest' | 'tombstone'>;
  results: Pick<ResultStore, 'manifest' | 'key'>;
  presigner: Presigner;
  clock: Clock;
}

/** Rows that were applied, rows that were rejected, and rows with which nothing was done. */
export type Asked = 'successful' | 'failed' | 'unprocessed';

/** A fresh URL for the n-th file of a finished load's rows of a kind; undefined where there are none. */
export async function readLoadRows(
  deps: LoadRowsDeps,
  { key, asked, n }: { key: JobKey; asked: Asked; n: number },
): Promise<PresignedUrl | undefined> {
  const job = finishedLoad(await findJob(deps, key), deps.clock);
  const written = rowsFor(job, asked);
  const manifest = written && (await deps.results.manifest(rowsManifestKey(runOf(job), written)));
  if (written && manifest) {
    const entry = manifest.entries[n - 1];
    if (!entry) throw noSuchFile(n, manifest.entries.length);
    return presign(deps, ownKey(deps, job, written, entry.url), `${asked}-results.csv`);
  }
  return asked === 'unprocessed' && job.state !== 'JobComplete' ? uploaded(deps, job, n) : undefined;
}

function finishedLoad(job: Job, clock: Clock): Extract<Job, { expires_at: string }> {
  if (!job.load) throw wrongOperation(job, 'a query has results');
  switch (job.state) {
    case 'Open':
    case 'UploadComplete':
    case 'InProgress':
      throw new ProblemError(
        'RESULTS_NOT_READY',
        `The job is ${job.state}; its rows are told apart once it has ended.`,
        {
          state: job.state,
        },
      );
    case 'JobComplete':
    case 'Failed':
    case 'Aborted':
      if (Date.parse(job.expires_at) > clock.now().getTime()) return job;
      throw new ProblemError('RESULTS_EXPIRED', `The results expired at ${job.expires_at}.`, {
        expired_at: job.expires_at,
      });
  }
}

/** For what a job of another operation has. */
export const wrongOperation = ({ operation }: Job, instead: string): ProblemError =>
  new ProblemError('WRONG_OPERATION', `The operation of the job is ${operation}: ${instead}.`);

/** Rows that were good and yet not applied, because too many others were not, are unprocessed. */
function rowsFor(job: Job, asked: Asked): RowsOfLoad | undefined {
  switch (asked) {
    case 'successful':
      return job.state === 'JobComplete' ? 'good' : undefined;
    case 'failed':
      return job.state === 'Aborted' ? undefined : 'failed';
    case 'unprocessed':
      return job.state === 'Failed' ? 'good' : undefined;
  }
}

const runOf = (job: Job) => ({
  ...job,
  attempt: job.state === 'JobComplete' ? (job.result_attempt ?? job.attempt) : job.attempt,
});

/** A manifest is data from outside: only files of this very run are ever signed for. */
function ownKey(deps: LoadRowsDeps, job: Job, rows: RowsOfLoad, url: string): string {
  const key = deps.results.key(url);
  if (key?.startsWith(rowsPrefix(runOf(job), rows)) && !key.split('/').includes('..')) return key;
  throw new Error(`The manifest of job ${job.job_id} names a file of another run: ${url}`);
}

/** Nothing came of the files: they are themselves what was not processed. */
async function uploaded(deps: LoadRowsDeps, job: Job, n: number): Promise<PresignedUrl | undefined> {
  const request = await deps.jobs.getRequest(job);
  const files = request?.operation === 'query' ? [] : (request?.uploads ?? []);
  if (files.length === 0) return undefined;
  const file = files[n - 1];
  if (!file) throw noSuchFile(n, files.length);
  return deps.presigner.download(file.key, {
    name: `unprocessed-${file.file}`,
    content_type: mediaType(job.content_type, job.compression),
  });
}

const noSuchFile = (n: number, files: number): ProblemError =>
  new ProblemError('FILE_NOT_FOUND', `There is no file ${n}: there are ${files}.`);

const presign = (deps: LoadRowsDeps, key: string, name: string): Promise<PresignedUrl> =>
  deps.presigner.download(key, { name, content_type: mediaType('CSV', 'NONE') });
