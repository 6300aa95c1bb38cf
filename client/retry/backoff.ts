export interface RetryOptions {
  /** How often a call is tried again; default 6, 0 for never. */
  retries?: number | undefined;
  /** Ms that the first pause may last; the range doubles with each. Default 250. */
  firstPause?: number | undefined;
  /** Most ms of a pause; default 20,000. */
  longestPause?: number | undefined;
  /** A Retry-After of more ms than this is not waited for: the error is thrown at once. Default 60,000. */
  longestRetryAfter?: number | undefined;
}

export type Retry = { [Name in keyof RetryOptions]-?: NonNullable<RetryOptions[Name]> };

export const retryWith = ({ retries, firstPause, longestPause, longestRetryAfter }: RetryOptions = {}): Retry => ({
  retries: retries ?? 6,
  firstPause: firstPause ?? 250,
  longestPause: longestPause ?? 20_000,
  longestRetryAfter: longestRetryAfter ?? 60_000,
});

/** Ms before the next try: anything from 0 up to a range that doubles (full jitter), on top of what Retry-After asks for, in seconds. */
export function pauseBefore(retry: Retry, failures: number, random: number, retryAfter = 0): number {
  const range = Math.min(retry.longestPause, retry.firstPause * 2 ** Math.min(failures, 30));
  return retryAfter * 1000 + random * range;
}
