import { TokenBuckets } from '../../../core/rate-limit/token-bucket.ts';

function buckets(options: { perSecond: number; burst: number; size?: number }) {
  let now = 1_000_000;
  const made = new TokenBuckets<string>({ now: () => new Date(now) }, options);
  return {
    take: (tenant = 'acme') => made.take(tenant),
    wait: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

it('lets a burst pass, then refuses, and says exactly when the next one may come', () => {
  const { take, wait } = buckets({ perSecond: 0.5, burst: 3 });
  expect([take(), take(), take()].map(({ remaining, retry_after }) => [remaining, retry_after])).toEqual([
    [2, 0],
    [1, 0],
    [0, 0],
  ]);
  expect(take()).toEqual({ quota: 3, window: 6, remaining: 0, reset: 6, retry_after: 2 });
  wait(1.9);
  expect(take().retry_after).toBe(1);
  wait(0.2);
  expect(take().retry_after).toBe(0);
});

it('over a long time no more pass than the rate allows, however they come', () => {
  const { take, wait } = buckets({ perSecond: 10, burst: 20 });
  let passed = 0;
  for (let request = 0; request < 5000; request += 1) {
    if (take().retry_after === 0) passed += 1;
    wait(0.02);
  }
  expect(passed).toBeGreaterThanOrEqual(1000);
  expect(passed).toBeLessThanOrEqual(1020);
});

it('a tenant that is refused takes nothing from another, and being refused costs nothing', () => {
  const { take, wait } = buckets({ perSecond: 1, burst: 1 });
  take();
  for (let request = 0; request < 100; request += 1) take();
  expect(take('globex').retry_after).toBe(0);
  wait(1);
  expect(take().retry_after).toBe(0);
});

it('a clock that goes back gives nothing away', () => {
  const { take, wait } = buckets({ perSecond: 1, burst: 2 });
  [take(), take()].forEach(() => undefined);
  wait(-3600);
  expect(take().retry_after).toBe(1);
  wait(3600);
  expect(take().retry_after).toBe(1);
});

it('forgets who has been quiet for longest, so that its memory has a bound', () => {
  const { take } = buckets({ perSecond: 1, burst: 1, size: 2 });
  take('a');
  take('b');
  take('a');
  take('c');
  expect(take('a').retry_after).toBe(1);
  expect(take('b').retry_after).toBe(0);
});
