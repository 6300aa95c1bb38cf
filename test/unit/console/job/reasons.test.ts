import { columnsOf, isFor, reasonsOf } from '../../../../console/job/reasons.ts';

const row = (line: number, error: string, column: string | null, file = 1) => ({
  id: 'x',
  _error: error,
  _line: line,
  _file: file,
  _column: column,
});
const rows = [
  row(2, 'KEY_IS_NULL: the key column id is NULL', 'id'),
  row(3, 'INVALID_VALUE: the value of "a: b" cannot be read as DATE', 'a: b'),
  row(4, 'INVALID_VALUE: the value of "a: b" cannot be read as DATE', 'a: b'),
  row(5, 'INVALID_VALUE: the value of id cannot be read as INTEGER', 'id'),
  row(6, 'UNREADABLE_ROW', null),
];

it('groups by the stable word and the column, the most frequent first, whatever the message has in it', () => {
  expect(reasonsOf(rows)).toEqual([
    { code: 'INVALID_VALUE', column: 'a: b', count: 2, example: 'the value of "a: b" cannot be read as DATE' },
    { code: 'KEY_IS_NULL', column: 'id', count: 1, example: 'the key column id is NULL' },
    { code: 'INVALID_VALUE', column: 'id', count: 1, example: 'the value of id cannot be read as INTEGER' },
    { code: 'UNREADABLE_ROW', column: '', count: 1, example: '' },
  ]);
});

it('finds the rows of each reason, and every row has one', () => {
  for (const reason of reasonsOf(rows)) expect(rows.filter((each) => isFor(reason, each))).toHaveLength(reason.count);
});

it('shows what is wrong before the values, and the file only where there are several', () => {
  expect(columnsOf(rows).map(({ name }) => name)).toEqual(['_line', '_column', '_error', 'id']);
  expect(columnsOf([...rows, row(2, 'KEY_IS_NULL: x', 'id', 2)]).map(({ name }) => name)).toContain('_file');
  expect(columnsOf([])).toEqual([]);
});
