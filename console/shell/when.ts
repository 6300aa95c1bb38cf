import { timeOf } from '../../cli/render/amounts.ts';

const units = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3600 },
  { unit: 'minute', seconds: 60 },
] as const;

const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' });

/** "3 minutes ago", "in 2 days"; below a minute "just now". */
export function relative(iso: string, now: number): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  const size = units.find((each) => Math.abs(seconds) >= each.seconds);
  return size === undefined ? 'just now' : words.format(Math.trunc(seconds / size.seconds), size.unit);
}

const two = (value: number): string => String(value).padStart(2, '0');

/** 2026-01-31 14:05:09, where the reader is. */
export function local(iso: string): string {
  const at = new Date(iso);
  const day = [String(at.getFullYear()).padStart(4, '0'), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`;
}

/** As `<input type="datetime-local">` wants it. */
export const inputOf = (iso: string | undefined): string =>
  iso === undefined ? '' : local(iso).slice(0, 16).replace(' ', 'T');

/** 340 ms, 1.2 s, 42 s, 3:07 */
export function lasting(seconds: number): string {
  if (seconds < 0.9995) return `${Math.max(0, Math.round(seconds * 1000))} ms`;
  return seconds < 9.95 ? `${seconds.toFixed(1)} s` : timeOf(seconds);
}
