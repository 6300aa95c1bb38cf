const name = 'spectra-bulk.reloaded';
const atMostEveryMs = 60_000;

/**
 * All files change in the moment of a deployment, and have the names that they had: a part that fits no more to what this tab
 * has read is the sign of one. The tab then starts over, where it was; but not again and again for a part that is really missing.
 */
export function reloadWhenNewer(kept: Pick<Storage, 'getItem' | 'setItem'>, reload: () => void): void {
  addEventListener('vite:preloadError', () => {
    const now = Date.now();
    if (now - Number(kept.getItem(name) ?? 0) < atMostEveryMs) return;
    kept.setItem(name, String(now));
    reload();
  });
}
