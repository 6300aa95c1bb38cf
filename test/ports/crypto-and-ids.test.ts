import { createHash } from 'node:crypto';
import { Sha256Hasher } from '../../adapters/crypto/hasher.ts';
import { lowestIdAt } from '../../core/jobs/id-range.ts';
import { UlidIds } from '../../adapters/system/ids.ts';
import { later } from './samples.ts';

const hasher = new Sha256Hasher();

it('hashes parts so that moving a character from one to the next shows', () => {
  const split = [
    hasher.hash('ab', 'c'),
    hasher.hash('a', 'bc'),
    hasher.hash('abc'),
    hasher.hash('abc', ''),
    hasher.hash('2:ab', 'c'),
  ];
  expect(new Set(split).size).toBe(split.length);
});

it('hashes by SHA-256 of each part behind its length in bytes', () => {
  expect(hasher.hash('ü', 'x')).toBe(createHash('sha256').update('2:ü1:x').digest('hex'));
});

it.each([
  ['a', 'a', true],
  ['a', 'b', false],
  ['a', 'aa', false],
  ['', '', true],
  ['ü', 'u', false],
])('compares %j with %j', (left, right, same) => {
  expect(hasher.equal(left, right)).toBe(same);
});

it('makes ids that are all different, and ordered by the time that they are made for', () => {
  const ids = new UlidIds();
  const first = Array.from({ length: 1000 }, () => ids.jobId(later(0)));
  expect(new Set(first).size).toBe(1000);
  const next = ids.jobId(later(0.001));
  expect(first.every((id) => id < next)).toBe(true);
  expect(first.every((id) => id >= lowestIdAt(later(0)))).toBe(true);
  expect(next >= lowestIdAt(later(0.001))).toBe(true);
});
