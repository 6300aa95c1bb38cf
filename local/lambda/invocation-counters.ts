/** What a function has done so far. Durations in milliseconds, without cold starts. */
export interface InvocationCounters {
  invocations: number;
  errors: number;
  timeouts: number;
  throttles: number;
  coldStarts: number;
  /** The last 1,000 durations, oldest first. */
  durations: readonly number[];
}

/** Counters that start at zero. */
export function createInvocationCounters() {
  const durations: number[] = [];
  const counts = { invocations: 0, errors: 0, timeouts: 0, throttles: 0, coldStarts: 0 };
  return {
    count: (what: keyof typeof counts) => void (counts[what] += 1),
    duration: (milliseconds: number) => {
      durations.push(milliseconds);
      if (durations.length > 1000) durations.shift();
    },
    snapshot: (): InvocationCounters => ({ ...counts, durations: [...durations] }),
    reset: () => {
      durations.length = 0;
      Object.assign(counts, { invocations: 0, errors: 0, timeouts: 0, throttles: 0, coldStarts: 0 });
    },
  };
}
