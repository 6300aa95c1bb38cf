import fc from 'fast-check';
import type { ColumnDelimiter } from '../../../contract/formats.ts';
import { readCsvHeader } from '../../../core/load/csv-header.ts';
import { DELIMITERS } from '../../../core/sql/delimiters.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string, column_delimiter: ColumnDelimiter = 'COMMA', whole = true) =>
  readCsvHeader(1, bytes(text), whole, { column_delimiter, line_ending: undefined });

it('reads back every header that is written by the rules of CSV', () => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => !/[\0\ufeff\ufffd]/.test(text) && text.trim() !== '');
  const delimiter = fc.constantFrom<ColumnDelimiter>('COMMA', 'PIPE', 'TAB', 'SEMICOLON', 'CARET', 'BACKQUOTE');
  fc.assert(
    fc.property(fc.array(name, { minLength: 1 }), delimiter, fc.constantFrom('\n', '\r\n'), (names, by, ending) => {
      const line = names.map((text) => `"${text.replaceAll('"', '""')}"`).join(DELIMITERS[by]);
      expect(read(`${line}${ending}1`, by)).toEqual({ names, line_ending: ending === '\n' ? 'LF' : 'CRLF' });
    }),
    { numRuns: 1_000 },
  );
});

it.each([
  ['\ufeffid,name\n1,a', ['id', 'name'], 'LF'],
  ['id,"a ""b"" c","x,y"\r\n', ['id', 'a "b" c', 'x,y'], 'CRLF'],
  ['id,name', ['id', 'name'], undefined],
  ['id,"two\nlines"\n', ['id', 'two\nlines'], 'LF'],
  ['id,,\n', ['id', '', ''], 'LF'],
])('the header of %j', (text, names, line_ending) => {
  expect(read(text)).toEqual({ names, line_ending });
});

it.each([
  ['', 'is empty'],
  ['\ufeff \n', 'is empty'],
  ['id;name\n', 'Is column_delimiter SEMICOLON?'],
  ['id\rname\r', 'carriage return alone'],
  ['a,"b\n', 'a quote that is not closed'],
  ['{"a":1,"b":2}\n', 'a quote in the middle of a name'],
  ['a,"b"c\n', 'a quote in the middle of a name'],
  ['a\0b,c\n', 'binary'],
])('%j is no header: %s', (text, why) => {
  expect(() => read(text)).toThrow(why);
});

it('a header that the head does not hold whole is not taken for a shorter one', () => {
  expect(() => read('id,na', 'COMMA', false)).toThrow('does not end within the first 64 KB');
});

it('a file in another encoding is told apart from one with strange names', () => {
  const options = { column_delimiter: 'COMMA', line_ending: undefined } as const;
  expect(() => readCsvHeader(1, Buffer.from('id,name\n', 'utf16le'), true, options)).not.toThrow('UTF-16');
  expect(() => readCsvHeader(1, Buffer.from('\ufeffid\n', 'utf16le'), true, options)).toThrow('UTF-16');
  expect(() => readCsvHeader(1, Buffer.from('id,größe\n', 'latin1'), true, options)).toThrow('not UTF-8');
});

it('a line ending that was declared is checked', () => {
  const declared = (line_ending: 'LF' | 'CRLF') => () =>
    readCsvHeader(1, bytes('id\n1\n'), true, { column_delimiter: 'COMMA', line_ending });
  expect(declared('CRLF')).toThrow('ends with LF, but line_ending is CRLF');
  expect(declared('LF')).not.toThrow();
});
