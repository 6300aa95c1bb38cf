import type { JobRecord } from '../contract.ts';
import { JobAbortedError, JobFailedError } from '../errors/job-errors.ts';
import { clientError } from '../errors/spectra-error.ts';
import type { Answer, Transport } from '../http/transport.ts';
import { secondsToWait } from '../retry/retry-after.ts';

export interface WaitOptions {
  signal?: AbortSignal | undefined;
  /** Told of the job each time that it has changed. With it the service looks at what is written so far (`job.progress`). */
  onProgress?: ((job: JobRecord) => void) | undefined;
  /** Ms to wait at most; default 25 hours, longer than a job may run. The job goes on when it is over. */
  timeout?: number | undefined;
}

const longestHold = 25;
/** What of a call's time is left for the way there and back. */
const wayMs = 10_000;
const longestWait = 25 * 3_600_000;
/** Seconds between looks at progress, where the service does not say. */
const usualPause = 1;

/**
 * Holds a call until the job changes, again and again until it is finished.
 * @throws JobFailedError, JobAbortedError, SpectraError
 */
export async function waitForJob(transport: Transport, jobId: string, options: WaitOptions = {}): Promise<JobRecord> {
  const { signal, onProgress, timeout = longestWait } = options;
  const { runtime } = transport;
  const end = runtime.now() + timeout;
  let known: { etag: string; state: string } | undefined;
  while (runtime.now() < end) {
    const asked = runtime.now();
    const hold = Math.min(transport.timeout - wayMs, end - asked);
    const answer = await ask(transport, jobId, { etag: known?.etag, hold, watched: onProgress !== undefined, signal });
    const job = answer.status === 304 ? undefined : answer.body;
    if (job) onProgress?.(job);
    if (job?.is_finished === true) return completed(job, transport.catalogue);
    const moved = job !== undefined && job.state !== known?.state;
    known = { etag: answer.headers.get('etag') ?? '', state: job?.state ?? known?.state ?? '' };
    // Whatever does not hold calls, or answers at once because of progress alone, is not asked more often than it wants.
    const pause = (secondsToWait(answer.headers.get('retry-after'), asked) ?? usualPause) * 1000;
    const left = pause - (runtime.now() - asked);
    if (!moved && left > 0) await runtime.pause(Math.min(left, Math.max(0, end - runtime.now())), signal);
  }
  throw clientError('TIMEOUT', `Job ${jobId} did not finish within ${timeout} ms; it goes on`);
}

interface Asked {
  etag: string | undefined;
  /** Ms */
  hold: number;
  watched: boolean;
  signal: AbortSignal | undefined;
}

function ask(transport: Transport, jobId: string, { etag, hold, watched, signal }: Asked): Promise<Answer<JobRecord>> {
  return transport.call<JobRecord>({
    method: 'GET',
    path: `/bulk/jobs/${jobId}`,
    query: {
      wait: Math.max(0, Math.min(watched ? usualPause : longestHold, Math.floor(hold / 1000))),
      ...(watched && { include: 'progress' }),
    },
    ...(etag !== undefined && etag !== '' && { headers: { 'if-none-match': etag } }),
    signal,
  });
}

function completed(job: JobRecord, catalogue: string): JobRecord {
  switch (job.state) {
    case 'Failed':
      throw new JobFailedError(job, catalogue);
    case 'Aborted':
      throw new JobAbortedError(job);
    case 'Open':
    case 'UploadComplete':
    case 'InProgress':
    case 'JobComplete':
      return job;
  }
}
