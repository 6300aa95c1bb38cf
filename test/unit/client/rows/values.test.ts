import { csvRows } from '../../../../client/rows/job-rows.ts';
import { fromJson, fromText } from '../../../../client/rows/values.ts';

it('types what loses nothing, and leaves the rest as text', () => {
  const of = (type: string, text: string) => fromText(type, {})(text);
  expect([of('integer', '-7'), of('smallint', '0'), of('double precision', '1e3'), of('real', 'Infinity')]).toEqual([
    -7,
    0,
    1000,
    Infinity,
  ]);
  expect([of('real', 'NaN'), of('integer', 'x')]).toEqual([NaN, 'x']);
  expect([of('boolean', 't'), of('boolean', 'false'), of('boolean', '?')]).toEqual([true, false, '?']);
  expect([of('bigint', '9007199254740993'), of('numeric', '1.50'), of('date', '2020-01-02')]).toEqual([
    '9007199254740993',
    '1.50',
    '2020-01-02',
  ]);
  expect(fromText('bigint', { bigint: 'bigint' })('9007199254740993')).toBe(9007199254740993n);
  expect(fromJson('bigint', { bigint: 'number' })('12')).toBe(12);
  expect(fromJson('boolean', {})('f')).toBe(false);
  expect(fromJson('bigint', {})(null)).toBeNull();
});

it('reads columns with names that objects have of their own', async () => {
  const text = (async function* () {
    yield await Promise.resolve('__proto__,constructor\n1,2\n');
  })();
  for await (const rows of csvRows(text, { column_delimiter: 'COMMA' }, [], {}))
    for (const row of rows)
      expect(Object.entries(row)).toEqual([
        ['__proto__', '1'],
        ['constructor', '2'],
      ]);
});
