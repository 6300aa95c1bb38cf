import fc from 'fast-check';
import type { JobError } from '../../../contract/jobs.ts';
import { redshiftErrorKinds } from '../../../core/errors/redshift-error.ts';
import { isPassing, retryPause } from '../../../core/jobs/automatic-retry.ts';
import { cancelledInWarehouse, resultLost, submissionLost, timedOut } from '../../../core/jobs/failures.ts';

const error = (more: Partial<JobError> = {}): JobError => ({
  code: 'DISK_FULL',
  category: 'capacity',
  message: '',
  retryable: true,
  details: {},
  ...more,
});

it('only what may pass by itself is tried again: never a wrong query, a missing table or a permission', () => {
  for (const kind of redshiftErrorKinds()) {
    if (['validation', 'permission', 'resource'].includes(kind.category)) expect(isPassing(error(kind))).toBe(false);
    if (!kind.retryable) expect(isPassing(error(kind))).toBe(false);
  }
  const tried = redshiftErrorKinds().filter((kind) => isPassing(error(kind)));
  expect(tried.map(({ code }) => code).sort()).toEqual([
    'CONNECTION_ERROR',
    'DISK_FULL',
    'OUT_OF_MEMORY',
    'QUERY_TIMEOUT',
    'S3_UNAVAILABLE',
    'SERIALIZATION_FAILURE',
    'WAREHOUSE_BUSY',
    'WAREHOUSE_ERROR',
  ]);
  expect([submissionLost, resultLost].map(isPassing)).toEqual([true, true]);
});

it('what somebody stopped on purpose is not run again against their will', () => {
  expect([cancelledInWarehouse, timedOut].map(isPassing)).toEqual([false, false]);
});

it('pauses lie anywhere in a range that doubles with each run, up to an hour', () => {
  const range = (tries: number, retry_after?: number) =>
    retryPause(error(retry_after === undefined ? {} : { retry_after }), tries, 0.999_999_9) / 1000;
  expect([1, 2, 3].map((tries) => Math.round(range(tries)))).toEqual([30, 60, 120]);
  expect([1, 2, 9].map((tries) => Math.round(range(tries, 300)))).toEqual([300, 600, 3600]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (n, at) => {
        const pause = retryPause(error(), n, at);
        expect(pause).toBeGreaterThanOrEqual(0);
        expect(pause).toBeLessThan(3_600_000);
        expect(retryPause(error(), n, 0)).toBe(0);
      },
    ),
  );
});
