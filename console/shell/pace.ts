import { SpectraError } from '../../client/browser.ts';

/** What is so by itself for good: asking again changes nothing. */
const lasting: readonly number[] = [401, 403, 404, 410];

/** Ms until something is asked for again by itself: not before the service wants, and not at all where that can't help. */
export function paced(usual: number | false, error: unknown): number | false {
  if (usual === false || !(error instanceof SpectraError)) return usual;
  return lasting.includes(error.status) ? false : Math.max(usual, (error.retryAfter ?? 0) * 1000);
}
