import { SpectraError } from '../errors/spectra-error.ts';
import type { Runtime } from '../runtime.ts';
import { pauseBefore, type Retry } from './backoff.ts';

/** Errors that are worth another try as they are. RESULTS_NOT_READY and the like are retryable too, but only once something else has happened. */
export function isPassing(error: unknown): error is SpectraError {
  if (!(error instanceof SpectraError) || !error.retryable) return false;
  const { status, code } = error;
  if (status === 0) return code === 'NETWORK_ERROR' || code === 'TIMEOUT';
  return status === 408 || status === 429 || status >= 500 || code === 'IDEMPOTENCY_IN_PROGRESS';
}

export interface Trying {
  retry: Retry;
  runtime: Pick<Runtime, 'pause' | 'random'>;
  signal?: AbortSignal | undefined;
}

/** Waits as long as the error asks for. @throws the error itself when it has failed too often, or asks for too long */
export async function pauseAfter(error: unknown, failures: number, { retry, runtime, signal }: Trying): Promise<void> {
  signal?.throwIfAborted();
  const tooLong = error instanceof SpectraError && (error.retryAfter ?? 0) * 1000 > retry.longestRetryAfter;
  if (!isPassing(error) || failures >= retry.retries || tooLong) throw error;
  await runtime.pause(pauseBefore(retry, failures, runtime.random(), error.retryAfter), signal);
}

/** Tries until it succeeds or fails for good. */
export async function retrying<Value>(trying: Trying, attempt: (failures: number) => Promise<Value>): Promise<Value> {
  for (let failures = 0; ; failures += 1) {
    trying.signal?.throwIfAborted();
    try {
      return await attempt(failures);
    } catch (error) {
      await pauseAfter(error, failures, trying);
    }
  }
}
