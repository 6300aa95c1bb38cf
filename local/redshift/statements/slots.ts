/** A queue for a fixed number of places, first come, first served. */
export interface Slots {
  /** Waits for a place; the function gives it back. Rejects when the signal aborts first. */
  take(signal: AbortSignal): Promise<() => void>;
}

export function createSlots(places: number): Slots {
  let free = places;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async take(signal) {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return release;
      }
      await new Promise<void>((resolve, reject) => {
        const enter = (): void => {
          signal.removeEventListener('abort', leave);
          resolve();
        };
        const leave = (): void => {
          waiting.splice(waiting.indexOf(enter), 1);
          reject(new Error('left the queue', { cause: signal.reason }));
        };
        waiting.push(enter);
        signal.addEventListener('abort', leave, { once: true });
      });
      return release;
    },
  };
}
