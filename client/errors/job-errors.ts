import type { JobRecord } from '../contract.ts';
import { clientCodes } from './client-codes.ts';
import { SpectraError } from './spectra-error.ts';

/** A job that was waited for has failed; `code` is that of its error. */
export class JobFailedError extends SpectraError {
  override readonly name = 'JobFailedError';
  readonly job: JobRecord;

  /** @param catalogue address of the page that explains the codes of the service */
  constructor(job: JobRecord, catalogue: string) {
    const { code = 'JOB_FAILED', message = 'no reason was given', retryable, details } = job.error ?? {};
    const hint = retryable === true ? 'Run it again with retry().' : 'Correct what `message` says, in a new job.';
    super({
      code,
      message: `Job ${job.job_id} failed: ${message}`,
      retryable,
      hint,
      retryAfter: job.error?.retry_after,
      position: details?.position,
      docs: `${catalogue}#why-a-job-failed${job.error ? `-${code}` : ''}`,
    });
    this.job = job;
  }
}

/** A job that was waited for was cancelled. */
export class JobAbortedError extends SpectraError {
  override readonly name = 'JobAbortedError';
  readonly job: JobRecord;

  constructor(job: JobRecord) {
    const why = job.reason === null ? '' : `: ${job.reason}`;
    const { hint, retryable } = clientCodes.JOB_ABORTED;
    super({
      code: 'JOB_ABORTED',
      message: `Job ${job.job_id} was cancelled${why}`,
      hint,
      retryable,
      docs: 'docs/errors.md#raised-by-the-sdk',
    });
    this.job = job;
  }
}
