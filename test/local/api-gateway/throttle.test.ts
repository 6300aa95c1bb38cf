import { createThrottle } from '../../../local/api-gateway/throttle.ts';

it('a stage without throttling lets everything pass', () => {
  const passes = createThrottle(undefined);
  for (let request = 0; request < 10_000; request += 1) expect(passes()).toBe(true);
});

it('a burst passes at once, and after it what the rate brings back', () => {
  let now = 0;
  const passes = createThrottle({ rate: 10, burst: 3 }, () => now);
  expect([passes(), passes(), passes(), passes()]).toEqual([true, true, true, false]);
  now = 90;
  expect(passes()).toBe(false);
  now = 101;
  expect([passes(), passes()]).toEqual([true, false]);
  now = 60_000;
  expect([passes(), passes(), passes(), passes()]).toEqual([true, true, true, false]);
});
