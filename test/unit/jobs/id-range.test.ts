import { lowestIdAt } from '../../../core/jobs/id-range.ts';

it('a time before 1970 stands before every id, instead of being an error', () => {
  const first = '0'.repeat(26);
  expect(lowestIdAt(new Date('0000-01-01T00:00:00.000Z'))).toBe(first);
  expect(lowestIdAt(new Date(0))).toBe(first);
  expect(lowestIdAt(new Date(1)) > first).toBe(true);
});

it('the last time that a client can name has an id too', () => {
  expect(lowestIdAt(new Date('9999-12-31T23:59:59.999-23:59'))).toMatch(/^7[0-9A-Z]{25}$/);
});
