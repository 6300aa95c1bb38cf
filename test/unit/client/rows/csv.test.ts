import fc from 'fast-check';
import { CsvReader } from '../../../../client/rows/csv.ts';

function read(text: string, cuts: readonly number[], delimiter = ','): string[][] {
  const reader = new CsvReader(delimiter);
  const places = [0, ...[...cuts].map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
  return [...pieces.flatMap((piece) => [...reader.push(piece)]), ...reader.end()];
}

const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;
const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '|', 'Ω', ' ') });
const records = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 6 });

it('reads what was written, wherever the pieces are cut, whatever the line ends', () => {
  fc.assert(
    fc.property(
      records,
      fc.array(fc.nat(), { maxLength: 5 }),
      fc.constantFrom(',', '|'),
      fc.constantFrom('\n', '\r\n'),
      (rows, cuts, delimiter, end) => {
        const plain = (value: string) => (/["\n\r,|]/.test(value) || value === '' ? quoted(value) : value);
        const text = rows.map((row) => row.map(plain).join(delimiter) + end).join('');
        expect(read(text, cuts, delimiter)).toEqual(rows);
        expect(read(text.slice(0, text.length - end.length), cuts, delimiter)).toEqual(rows);
      },
    ),
  );
});

it('takes empty fields, a line of nothing, and a last line without an end', () => {
  expect(read('a,b\n,\n\nx,"y"', [])).toEqual([['a', 'b'], ['', ''], [''], ['x', 'y']]);
});

it.each([
  ['a quote that nobody closes', 'a,"b\nc'],
  ['text behind a closing quote', '"a"b,c\n'],
])('refuses %s', (_, text) => {
  expect(() => read(text, [])).toThrow(expect.objectContaining({ code: 'UNREADABLE_ROWS' }) as Error);
});
