import { placeOf } from '../../../../console/sql/place.ts';

it('marks the word at the position, in lines and columns as people count', () => {
  const sql = 'SELECT a,\n  no_such\nFROM t';
  expect(placeOf(sql, 13)).toEqual({ from: 12, to: 19, line: 2, column: 3 });
});

it('counts a character beyond the basic plane once, as the warehouse does', () => {
  const sql = "SELECT '😀😀', x";
  const position = Array.from(sql).indexOf('x') + 1;
  expect(sql.slice(placeOf(sql, position)?.from, placeOf(sql, position)?.to)).toBe('x');
});

it('marks the last character where the text ends too soon', () => {
  expect(placeOf('SELECT (', 9)).toMatchObject({ from: 7, to: 8, column: 8 });
});

it('marks nothing where there is no such place', () => {
  for (const position of [0, -1, 99, 1.5, Number.NaN]) expect(placeOf('SELECT 1', position)).toBeUndefined();
});
