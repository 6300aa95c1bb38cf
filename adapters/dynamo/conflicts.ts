import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { Item } from './records.ts';

/** How to wait between attempts; a test passes what does not wait. */
export interface Backoff {
  /** Attempts in all. */
  attempts: number;
  /** At least 0, below 1. */
  random(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const backoff: Backoff = {
  attempts: 8,
  random: Math.random,
  sleep: (milliseconds) =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    }),
};

const baseMilliseconds = 20;
const longestMilliseconds = 800;

/** Another transaction has one of the items in hand, or throughput is short: nothing was decided, so the same may be tried again. */
const undecided = new Set([
  'TransactionConflict',
  'TransactionConflictException',
  'TransactionInProgressException',
  'ThrottlingError',
  'ThrottlingException',
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
]);

function isUndecided(error: unknown): boolean {
  if (error instanceof TransactionCanceledException)
    return reasons(error).some((reason) => undecided.has(reason.Code ?? ''));
  return error instanceof Error && undecided.has(error.name);
}

/** Repeats what was undecided, with full jitter; the last error is thrown as it is. */
export async function retryConflicts<Result>(wait: Backoff, attempt: () => Promise<Result>): Promise<Result> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isUndecided(error) || count >= wait.attempts) throw error;
      const longest = Math.min(longestMilliseconds, baseMilliseconds * 2 ** count);
      await wait.sleep(Math.ceil(wait.random() * longest));
    }
  }
}

const reasons = (error: TransactionCanceledException) => error.CancellationReasons ?? [];

export type Refusal = { refused: false } | { refused: true; item: Item | undefined };

/** For each write of the call in order, whether its own condition refused it, with the item as it was; undefined for any other error. */
export function refusals(error: unknown): Refusal[] | undefined {
  if (error instanceof ConditionalCheckFailedException) return [{ refused: true, item: error.Item }];
  if (!(error instanceof TransactionCanceledException)) return undefined;
  const each = reasons(error).map((reason): Refusal =>
    reason.Code === 'ConditionalCheckFailed' ? { refused: true, item: reason.Item } : { refused: false },
  );
  return each.some((refusal) => refusal.refused) ? each : undefined;
}
