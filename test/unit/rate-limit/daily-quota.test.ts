import { quotaAt, quotaExceeded, secondsLeftOf, shardsOf } from '../../../core/rate-limit/daily-quota.ts';

it.each([1, 2, 49, 50, 99, 100, 101, 799, 800, 801, 10_000, 9_999_999])(
  'the shards of a quota of %i add up to it, and none is empty from the start',
  (jobs) => {
    const shards = shardsOf(jobs);
    expect(shards.reduce((sum, share) => sum + share, 0)).toBe(jobs);
    expect(Math.min(...shards)).toBeGreaterThan(0);
    expect(shards.length).toBeLessThanOrEqual(16);
  },
);

it('a day is one of UTC, its count outlives it, and the time left is whole seconds and never none', () => {
  const late = new Date('2026-12-31T23:59:59.999Z');
  const quota = quotaAt(late, 5);
  expect(quota.day).toBe('2026-12-31');
  expect(quota.ttl).toBe(Date.parse('2027-01-02T00:00:00Z') / 1000);
  expect(secondsLeftOf(quota.day, late)).toBe(1);
  expect(secondsLeftOf(quota.day, new Date('2026-12-31T00:00:00Z'))).toBe(86_400);
  expect(secondsLeftOf(quota.day, new Date('2027-01-01T00:00:01Z'))).toBe(1);
  expect(quotaExceeded(quota, late)).toMatchObject({
    code: 'QUOTA_EXCEEDED',
    facts: { limit: 'tenant_jobs_per_day', retry_after: 1 },
  });
});
