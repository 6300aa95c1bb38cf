import { beginOf, bucketsOf, type Ended, roundUp } from '../../../../console/overview/buckets.ts';

const hour = 3_600_000;
const now = Date.parse('2026-03-10T14:25:00.000Z');

const job = (completed_at: string | null, more: Partial<Ended> = {}): Ended => ({
  state: 'JobComplete',
  operation: 'query',
  completed_at,
  number_records_processed: 10,
  bytes: 100,
  uploads: null,
  ...more,
});

it('lays buckets on full steps of the reader’s own time, with now in the last', () => {
  expect(new Date(beginOf('day', now, 0)).toISOString()).toBe('2026-03-09T15:00:00.000Z');
  expect(new Date(beginOf('hour', now, 0)).toISOString()).toBe('2026-03-10T13:30:00.000Z');
  // India is 5:30 ahead: its hours begin at half past.
  expect(new Date(beginOf('day', now, -330)).toISOString()).toBe('2026-03-09T14:30:00.000Z');
  for (const period of ['hour', 'day', 'week'] as const) {
    const last = bucketsOf([], period, beginOf(period, now, 0)).at(-1);
    expect(last && last.from <= now && now < last.to).toBe(true);
  }
});

it('counts each job once, where it ended; what failed or was cancelled brings no rows', () => {
  const from = beginOf('day', now, 0);
  const buckets = bucketsOf(
    [
      job('2026-03-09T15:00:00.000Z'),
      job('2026-03-09T15:59:59.999Z', { state: 'Failed' }),
      job('2026-03-09T16:00:00.000Z', { state: 'Aborted' }),
      job('2026-03-10T14:00:00.000Z', { operation: 'insert', bytes: 7, uploads: { files: 1, bytes: 50 } }),
      job('2026-03-09T14:59:59.999Z'),
      job(null, { state: 'InProgress' }),
    ],
    'day',
    from,
  );
  expect(buckets).toHaveLength(24);
  expect(buckets[0]).toEqual({ from, to: from + hour, complete: 1, failed: 1, cancelled: 0, rows: 10, bytes: 100 });
  expect(buckets[1]).toMatchObject({ complete: 0, cancelled: 1, rows: 0 });
  expect(buckets[23]).toMatchObject({ complete: 1, bytes: 50 });
  expect(buckets.reduce((sum, { complete, failed, cancelled }) => sum + complete + failed + cancelled, 0)).toBe(4);
});

it.each([
  [0, 1],
  [1, 1],
  [3, 3],
  [7, 8],
  [12, 20],
  [50, 50],
  [51, 60],
  [1001, 2000],
])('ends the scale for %i at %i', (value, top) => {
  expect(roundUp(value)).toBe(top);
});
