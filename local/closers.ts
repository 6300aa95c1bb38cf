import { setTimeout as delay } from 'node:timers/promises';

/** What has not ended by then is left behind: children end with their parent whatever happens (local/processes). */
const LONGEST_CLOSE_MS = 10_000;

/** Things to end, in the reverse order of their start. */
export interface Closers {
  add: (name: string, close: () => Promise<void> | void) => void;
  /** Ends all; one that fails does not keep the others. Further calls wait for the first. */
  closeAll: () => Promise<void>;
}

/** @param onFailure told of each that could not be ended */
export function createClosers(onFailure: (text: string) => void): Closers {
  const open: { name: string; close: () => Promise<void> | void }[] = [];
  let closing: Promise<void> | undefined;
  const run = async () => {
    for (let last = open.pop(); last !== undefined; last = open.pop()) {
      try {
        await bounded(last.close());
      } catch (error) {
        onFailure(`${last.name} did not end properly: ${String(error)}`);
      }
    }
  };
  return {
    add: (name, close) => void open.push({ name, close }),
    closeAll: () => (closing ??= run()),
  };
}

async function bounded(closing: Promise<void> | void): Promise<void> {
  const timer = new AbortController();
  const tooLong = delay(LONGEST_CLOSE_MS, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`it took longer than ${LONGEST_CLOSE_MS / 1000} s`);
  });
  try {
    await Promise.race([closing, tooLong]);
  } finally {
    timer.abort();
    tooLong.catch(() => undefined);
  }
}
