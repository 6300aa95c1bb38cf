import { bytesOf, timeOf } from '../render/amounts.ts';

const width = 20;

/** [##########          ] 50% */
export function barOf(share: number): string {
  const part = Math.min(1, Math.max(0, share));
  const full = Math.floor(part * width);
  return `[${'#'.repeat(full)}${' '.repeat(width - full)}] ${String(Math.floor(part * 100)).padStart(3)}%`;
}

/** A bar with bytes, rate and time left. */
export function transferOf(bytes: number, total: number, perSecond: number | undefined): string {
  const share = total === 0 ? 1 : bytes / total;
  const rate = perSecond === undefined ? '' : `  ${bytesOf(perSecond)}/s`;
  const left =
    perSecond === undefined || perSecond <= 0 || bytes >= total ? '' : `  ${timeOf((total - bytes) / perSecond)} left`;
  return `${barOf(share)}  ${bytesOf(bytes)} of ${bytesOf(total)}${rate}${left}`;
}
