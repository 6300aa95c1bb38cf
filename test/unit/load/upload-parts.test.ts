import fc from 'fast-check';
import { assertFileSize, assertOnePut, missingParts, partSizes } from '../../../core/load/upload-parts.ts';

const mb = 1024 ** 2;
const refused = (code: string, facts?: object) =>
  expect.objectContaining(facts === undefined ? { code } : { code, facts }) as Error;

it('the parts of a file are the file, as many as were asked for, and of sizes that S3 takes', () => {
  const layout = fc
    .integer({ min: 1, max: 10_000 })
    .chain((parts) => fc.tuple(fc.constant(parts), fc.integer({ min: parts * 5 * mb, max: parts * 5 * 1024 * mb })));
  fc.assert(
    fc.property(layout, ([parts, bytes]) => {
      const sizes = partSizes(bytes, parts);
      expect(sizes).toHaveLength(parts);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes);
      expect(new Set(sizes.slice(0, -1)).size).toBeLessThanOrEqual(1);
      expect(Math.min(...sizes.slice(0, -1), Infinity)).toBeGreaterThanOrEqual(5 * mb);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(5 * 1024 * mb);
      expect(Math.min(...sizes)).toBeGreaterThan(0);
    }),
  );
});

it('one part may be as small as it likes, even nothing', () => {
  expect(partSizes(0, 1)).toEqual([0]);
  expect(partSizes(3, 1)).toEqual([3]);
});

it.each([
  [10 * mb - 2, 2],
  [5 * 1024 * mb + 1, 1],
  [0, 2],
])('%i bytes in %i parts are refused before S3 would refuse them at the end', (bytes, parts) => {
  expect(() => partSizes(bytes, parts)).toThrow(refused('INVALID_REQUEST'));
});

it('a part of another size than was asked for is missing, and one that nobody asked for does not count', () => {
  const received = [1, 2, 3, 9].map((part) => ({ part, bytes: part === 2 ? 4 : 5, etag: 'x' }));
  expect(missingParts([5, 5, 5, 3], received)).toEqual([2, 4]);
  expect(missingParts([5, 4, 5], received)).toEqual([]);
});

it('a file of exactly the most is taken, and of one byte more is not', () => {
  expect(() => assertFileSize(3 * mb, 3)).not.toThrow();
  expect(() => assertFileSize(3 * mb + 1, 3)).toThrow(refused('PAYLOAD_TOO_LARGE', { limit: 'load_max_file_size_mb' }));
  expect(() => assertOnePut(5 * 1024 * mb)).not.toThrow();
  expect(() => assertOnePut(5 * 1024 * mb + 1)).toThrow(refused('INVALID_REQUEST'));
});
