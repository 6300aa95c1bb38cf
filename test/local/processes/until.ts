import { setTimeout as delay } from 'node:timers/promises';

/** Looks every few milliseconds until a state is reached; fails after `timeoutMs`. */
export async function until(reached: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await reached())) {
    if (performance.now() > deadline) throw new Error(`not reached within ${timeoutMs} ms: ${reached.toString()}`);
    await delay(5);
  }
}
