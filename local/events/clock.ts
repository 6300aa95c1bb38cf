/** Time, as it passes here or as a test lets it pass. */
export interface Clock {
  now: () => Date;
  /** Runs something once, at that moment; the answer takes it back. */
  at: (moment: Date, run: () => void) => () => void;
}

/** Node's timers hold less than 25 days. */
const longestTimer = 24 * 86_400_000;

/** The clock of this machine. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => new Date(),
  at: (moment, run) => {
    let timer: NodeJS.Timeout;
    const wait = () => {
      const left = moment.getTime() - Date.now();
      timer = left <= longestTimer ? setTimeout(run, Math.max(0, left)) : setTimeout(wait, longestTimer);
      timer.unref();
    };
    wait();
    return () => clearTimeout(timer);
  },
};
