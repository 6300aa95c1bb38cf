import type { JobRecord } from '../../client/browser.ts';
import type { Period } from '../routing/route.ts';

/** What ended in a stretch of time; epoch ms. */
export interface Bucket {
  from: number;
  to: number;
  complete: number;
  failed: number;
  cancelled: number;
  rows: number;
  bytes: number;
}

export type Ended = Pick<
  JobRecord,
  'state' | 'completed_at' | 'number_records_processed' | 'bytes' | 'uploads' | 'operation'
>;

const minute = 60_000;

/** How far each period looks back, and in what steps. */
export const spans: Readonly<Record<Period, { count: number; step: number; each: string }>> = {
  hour: { count: 12, step: 5 * minute, each: '5 minutes' },
  day: { count: 24, step: 60 * minute, each: 'an hour' },
  week: { count: 28, step: 360 * minute, each: '6 hours' },
};

/** Where the first bucket begins: they lie on full steps where the reader is, and the last one has `now` in it. */
export function beginOf(period: Period, now: number, offsetMinutes = new Date(now).getTimezoneOffset()): number {
  const { count, step } = spans[period];
  const shift = offsetMinutes * minute;
  const last = Math.floor((now - shift) / step) * step + shift;
  return last - (count - 1) * step;
}

/** Jobs by when they ended. @param from where the first bucket begins */
export function bucketsOf(jobs: readonly Ended[], period: Period, from: number): Bucket[] {
  const { count, step } = spans[period];
  const buckets = Array.from({ length: count }, (_, at): Bucket => ({
    from: from + at * step,
    to: from + (at + 1) * step,
    complete: 0,
    failed: 0,
    cancelled: 0,
    rows: 0,
    bytes: 0,
  }));
  for (const job of jobs) {
    const ended = job.completed_at === null ? NaN : Date.parse(job.completed_at);
    const bucket = buckets[Math.floor((ended - from) / step)];
    if (bucket) countIn(bucket, job);
  }
  return buckets;
}

function countIn(bucket: Bucket, job: Ended): void {
  switch (job.state) {
    case 'Open':
    case 'UploadComplete':
    case 'InProgress':
      return;
    case 'JobComplete':
      bucket.complete += 1;
      bucket.rows += job.number_records_processed;
      bucket.bytes += job.operation === 'query' ? job.bytes : (job.uploads?.bytes ?? 0);
      return;
    case 'Failed':
      bucket.failed += 1;
      return;
    case 'Aborted':
      bucket.cancelled += 1;
  }
}

/** The end of a scale that has it: a small multiple of a power of ten. */
export function roundUp(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value) ?? 10) * power;
}
