import { inputOf, lasting, local, relative } from '../../../../console/shell/when.ts';

const now = Date.parse('2026-03-01T12:00:00Z');

it.each([
  [-30, 'just now'],
  [-61, '1 minute ago'],
  [-7199, '1 hour ago'],
  [-86_400, 'yesterday'],
  [3 * 86_400, 'in 3 days'],
])('says of %i seconds: %s', (seconds, words) => {
  expect(relative(new Date(now + seconds * 1000).toISOString(), now)).toBe(words);
});

it('gives a field for times what it can read back as the same moment', () => {
  const iso = '2026-03-01T12:34:00.000Z';
  expect(new Date(inputOf(iso)).toISOString()).toBe(iso);
  expect(local(iso)).toMatch(/^2026-03-0[12] \d\d:\d\d:00$/);
  expect(inputOf(undefined)).toBe('');
});

it.each([
  [-0.1, '0 ms'],
  [0.34, '340 ms'],
  [0.9996, '1.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [187, '3:07'],
])('says of a span of %d seconds: %s', (seconds, words) => {
  expect(lasting(seconds)).toBe(words);
});
