import { s3Error } from './s3-error.ts';

/** Both ends inclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Reads a Range header. Several ranges, other units and nonsense count as no range, as in S3.
 * @throws S3Error InvalidRange when nothing of the object is in the range
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end) throw s3Error('InvalidRange', { RangeRequested: header ?? '', ActualObjectSize: String(size) });
  return { start, end };
}
