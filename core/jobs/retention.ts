/** Days that things are kept after a job has ended; results never outlive their job. */
export interface Retention {
  jobDays: number;
  resultDays: number;
}

const day = 86_400_000;

/**
 * When a job that ends (or is opened) now expires. `expires_at` is when its files do, `ttl` (epoch seconds) when its record is
 * deleted and with it whatever files are left.
 */
export function keptUntil(
  now: Date,
  retention: Retention,
  state: 'Open' | 'JobComplete' | 'Failed' | 'Aborted',
): { expires_at: string; ttl: number } {
  const gone = now.getTime() + retention.jobDays * day;
  const expires = state === 'JobComplete' ? Math.min(gone, now.getTime() + retention.resultDays * day) : gone;
  return { expires_at: new Date(expires).toISOString(), ttl: Math.ceil(gone / 1000) };
}
