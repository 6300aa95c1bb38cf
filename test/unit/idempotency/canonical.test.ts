import fc from 'fast-check';
import { canonical } from '../../../core/idempotency/canonical.ts';

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, field]) => [name, shuffled(field)]),
  );
};

it('the order of fields makes no difference, anything else does', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const text = canonical(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonical(shuffled(value))).toBe(text);
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (left, right) => {
      const same = JSON.stringify(shuffled(shuffled(left))) === JSON.stringify(shuffled(shuffled(right)));
      if (canonical(left) === canonical(right))
        expect(JSON.parse(canonical(left))).toEqual(JSON.parse(canonical(right)));
      if (same) expect(canonical(left)).toBe(canonical(right));
    }),
  );
});

it('a field that is undefined is not there, and no body is not an empty one', () => {
  expect(canonical({ a: undefined, b: [1] })).toBe('{"b":[1]}');
  expect(canonical(undefined)).not.toBe(canonical({}));
});
