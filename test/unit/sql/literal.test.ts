import fc from 'fast-check';
import { escapedByteLength, quotedIdentifier, stringLiteral } from '../../../core/sql/literal.ts';
import { decode, stringEnd } from './tokenizers.ts';

const text = fc.oneof(
  fc
    .array(fc.constantFrom("'", '\\', "''", "\\'", '\\\\', ')', ';', '--', '\n', 'x', '$$', '"', 'é', '😀'), {
      maxLength: 40,
    })
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }).map((value) => value.replaceAll('\0', '')),
);

it('Nothing closes a literal before its end, for readers with and without backslash escapes', () => {
  fc.assert(
    fc.property(text, (value) => {
      const statement = `UNLOAD (${stringLiteral(value)}) TO 's3://b/k'`;
      const end = statement.length - ") TO 's3://b/k'".length;
      expect(stringEnd(statement, 8, true)).toBe(end);
      expect(stringEnd(statement, 8, false)).toBe(end);
    }),
    { numRuns: 5_000 },
  );
});

it('Redshift reads back the very text; a reader without escapes does too, but for doubled backslashes', () => {
  fc.assert(
    fc.property(text, (value) => {
      const literal = stringLiteral(value);
      expect(decode(literal, 0, literal.length, true)).toBe(value);
      expect(decode(literal, 0, literal.length, false)).toBe(value.replaceAll('\\', '\\\\'));
    }),
    { numRuns: 2_000 },
  );
});

it('The length in bytes is known before the literal is built', () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(Buffer.byteLength(stringLiteral(value))).toBe(escapedByteLength(value) + 2);
    }),
  );
});

it('NUL is no part of any literal', () => {
  expect(() => stringLiteral('a\0b')).toThrow(RangeError);
});

it('A quoted identifier cannot be closed from within', () => {
  expect(quotedIdentifier('a"; drop table t; --')).toBe('"a""; drop table t; --"');
  expect(quotedIdentifier('É')).toBe('"É"');
});

it.each(['', 'x'.repeat(128), 'é'.repeat(64), 'a\0'])('Redshift has no identifier %j', (name) => {
  expect(() => quotedIdentifier(name)).toThrow(RangeError);
});
