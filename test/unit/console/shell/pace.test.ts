import { SpectraError } from '../../../../client/browser.ts';
import { paced } from '../../../../console/shell/pace.ts';

const error = (status: number, retryAfter?: number) =>
  new SpectraError({ code: 'X', message: 'x', status, retryAfter });

it('asks as usual while nothing is wrong, and after what passes', () => {
  expect(paced(3000, null)).toBe(3000);
  expect(paced(3000, error(500))).toBe(3000);
  expect(paced(3000, new Error('no network'))).toBe(3000);
});

it('does not ask before the service wants to be asked', () => {
  expect(paced(3000, error(429, 30))).toBe(30_000);
  expect(paced(3000, error(503, 1))).toBe(3000);
});

it('asks no more where nothing changes by asking, and where it was not to ask at all', () => {
  for (const status of [401, 403, 404, 410]) expect(paced(3000, error(status))).toBe(false);
  expect(paced(false, error(429, 30))).toBe(false);
});
