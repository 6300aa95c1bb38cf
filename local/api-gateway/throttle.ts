/** A stage's throttling: requests a second, and how many may come at once. */
export interface Throttling {
  rate: number;
  burst: number;
}

/** Tells of each request whether it may pass: a bucket of tokens for the whole stage, as API Gateway keeps one. */
export function createThrottle(
  throttling: Throttling | undefined,
  now: () => number = () => performance.now(),
): () => boolean {
  if (throttling === undefined) return () => true;
  const { rate, burst } = throttling;
  let tokens = burst;
  let last = now();
  return () => {
    const at = now();
    tokens = Math.min(burst, tokens + ((at - last) / 1000) * rate);
    last = at;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
