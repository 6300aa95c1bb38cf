import type { Page } from 'playwright-core';

/** Notes how long the page takes from each press or click to the next paint, as browsers themselves count it (Event Timing). */
export async function watchInteractions(page: Page): Promise<void> {
  await page.addInitScript(`
    window.interactions = new Map();
    new PerformanceObserver((list) => {
      for (const { interactionId, duration } of list.getEntries())
        if (interactionId > 0) window.interactions.set(interactionId, Math.max(duration, window.interactions.get(interactionId) ?? 0));
    }).observe({ type: 'event', durationThreshold: 16, buffered: true });
  `);
}

/** Ms of each, in steps of 8; none below 16 is told. */
export const interactions = (page: Page): Promise<number[]> =>
  page.evaluate<number[]>('[...window.interactions.values()]');
