import { pollSeconds } from '../../../core/jobs/poll-interval.ts';

it.each([
  [0, 1],
  [3, 1],
  [4, 2],
  [8, 4],
  [40, 16],
  [64, 30],
  [86_400, 30],
])('a job that is %i seconds old is asked about every %i seconds', (age, interval) => {
  expect(pollSeconds(new Date(0).toISOString(), new Date(age * 1000))).toBe(interval);
});

it('a clock behind the one that made the job still gives an interval', () => {
  expect(pollSeconds(new Date(5000).toISOString(), new Date(0))).toBe(1);
});
