const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** 1,234,567 */
export const countOf = (count: number): string => count.toLocaleString('en-US');

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${countOf(count)} ${count === 1 ? one : many}`;

/** 12.3 MB, of 1,000 KB each. */
export function bytesOf(bytes: number): string {
  let unit = 0;
  let size = bytes;
  for (; size >= 999.5 && unit < units.length - 1; unit += 1) size /= 1000;
  const digits = unit === 0 || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return `${size.toFixed(digits)} ${units[unit] ?? ''}`;
}

/** 42 s, 3:07, 1:02:03 */
export function timeOf(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}
