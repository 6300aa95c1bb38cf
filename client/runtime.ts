/** What the SDK takes from outside; tests hand in their own. */
export interface Runtime {
  fetch: typeof globalThis.fetch;
  /** Epoch ms. */
  now: () => number;
  /** 0 to below 1. */
  random: () => number;
  /** @throws the signal's reason, at once when it is aborted */
  pause: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** A new Idempotency-Key. */
  newKey: () => string;
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the reason is the caller's
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** 128 random bits: pages without https have no randomUUID. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const runtimeWith = (given: Partial<Runtime> = {}): Runtime => ({
  fetch: (input, init) => globalThis.fetch(input, init),
  now: () => Date.now(),
  random: () => Math.random(),
  pause,
  newKey,
  ...given,
});
