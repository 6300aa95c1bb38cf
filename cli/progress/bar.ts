import { bytesOf, timeOf } from '../render/amounts.ts';
import { padded, shortened, widthOf } from '../render/table.ts';

const narrowest = 5;
const widest = 30;

/** [####    ]  50% */
export function barOf(share: number, width = 20): string {
  const part = Math.min(1, Math.max(0, share));
  const full = Math.floor(part * width);
  return `[${'#'.repeat(full)}${' '.repeat(width - full)}] ${String(Math.floor(part * 100)).padStart(3)}%`;
}

export interface Transfer {
  bytes: number;
  total: number;
  /** Bytes; undefined until it is known. */
  perSecond: number | undefined;
}

/** What is moved, a bar, bytes, rate and time left; the bar takes what room the line has. */
export function transferLine(label: string, { bytes, total, perSecond }: Transfer, columns: number): string {
  const rate = perSecond === undefined ? '' : `  ${bytesOf(perSecond)}/s`;
  const unknown = perSecond === undefined || perSecond <= 0 || bytes >= total;
  const left = unknown ? '' : `  ${timeOf((total - bytes) / perSecond)} left`;
  // As wide as it may become: bars that jump can't be read.
  const facts = padded(`${bytesOf(bytes)} of ${bytesOf(total)}${rate}${left}`, 46);
  const share = total === 0 ? 1 : bytes / total;
  const room = columns - 1 - '[] 100%    '.length - widthOf(facts);
  const shown = shortened(label, room - narrowest);
  const width = Math.min(widest, Math.max(narrowest, room - widthOf(shown)));
  return `${shown}  ${barOf(share, width)}  ${facts}`.trimEnd();
}
