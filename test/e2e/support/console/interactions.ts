import type { Page } from 'playwright-core';

/** Notes how long the page takes from each press or click to the next paint, as browsers themselves count it (Event Timing). */
export async function watchInteractions(page: Page): Promise<void> {
  await page.addInitScript(`
    window.interactions = [];
    const keep = (entries) => {
      for (const { interactionId, duration } of entries) if (interactionId > 0) window.interactions.push(duration);
    };
    const observer = new PerformanceObserver((list) => keep(list.getEntries()));
    observer.observe({ type: 'event', durationThreshold: 16, buffered: true });
    window.slowestInteraction = async () => {
      for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
      keep(observer.takeRecords());
      return Math.max(0, ...window.interactions.splice(0));
    };
  `);
}

const runs = 5;

/**
 * Does the same several times and takes the best: what the page itself takes, where other work of the machine only adds to it.
 * @param act one interaction, or several, and what has to be there after it
 * @returns ms of the slowest interaction of that run, in steps of 8; 0 below 16
 */
export async function bestOf(page: Page, act: (run: number) => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    await page.evaluate('window.slowestInteraction()');
    await act(run);
    taken.push(await page.evaluate<number>('window.slowestInteraction()'));
  }
  return Math.min(...taken);
}
