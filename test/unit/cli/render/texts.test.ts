import { bytesOf, countOf, plural, timeOf } from '../../../../cli/render/amounts.ts';
import { placeIn } from '../../../../cli/render/place.ts';
import { printable } from '../../../../cli/render/printable.ts';
import { shortened, tableOf, widthOf } from '../../../../cli/render/table.ts';
import { nearest } from '../../../../cli/nearest.ts';
import { uniqueNames } from '../../../../cli/commands/query.ts';
import { quoted } from '../../../../cli/commands/stopping.ts';

it('amounts have a unit that fits them', () => {
  expect([0, 999, 1000, 12_345, 999_600, 1e9, 2.5e12, 1e15].map(bytesOf)).toEqual([
    '0 B',
    '999 B',
    '1.00 KB',
    '12.3 KB',
    '1.00 MB',
    '1.00 GB',
    '2.50 TB',
    '1000 TB',
  ]);
  expect([-1, 0.4, 59.4, 60, 3599, 3661].map(timeOf)).toEqual(['0 s', '0 s', '59 s', '1:00', '59:59', '1:01:01']);
  expect([countOf(1_234_567), plural(1, 'row'), plural(0, 'file')]).toEqual(['1,234,567', '1 row', '0 files']);
});

it('text from outside moves no cursor, hides nothing and breaks no line', () => {
  expect(printable('a\u001b[2Jb\u0007\u202ec\nd\te')).toBe('a\u{fffd}[2Jb\u{fffd}\u{fffd}c⏎d e');
});

it('columns stand below each other, wide characters and numbers too', () => {
  expect(
    tableOf(
      [
        ['n', 'x'],
        ['10', '漢字'],
        ['5', 'e\u0301'],
      ],
      new Set([0]),
    ),
  ).toEqual([' n  x', '10  漢字', ' 5  e\u0301']);
  expect(widthOf('\u001b[31m漢\u001b[0m')).toBe(2);
  expect([shortened('abcdef', 4), shortened('abc', 4)]).toEqual(['…def', 'abc']);
});

it('the place of an error is below its character, in its line, also beyond what UTF-16 has in one', () => {
  expect(placeIn('SELECT 1\nFROM  x', 16)).toEqual(['line 2: FROM  x', '              ^']);
  expect(placeIn("SELECT '𝄞' + x", 14)).toEqual(["line 1: SELECT '𝄞' + x", '                     ^']);
  expect(placeIn('SELECT', 99)).toEqual(['line 1: SELECT', '              ^']);
  const [line = '', mark = ''] = placeIn(`${'a'.repeat(500)}X${'b'.repeat(500)}`, 501);
  expect(line[mark.indexOf('^')]).toBe('X');
  expect(line.length).toBeLessThan(120);
});

it('what was meant is near: two letters swapped, one missing, a beginning', () => {
  const words = ['export', 'load', 'query', 'jobs', 'download'];
  expect(['exprot', 'lod', 'qurey', 'down', 'jbos', 'zzz', ''].map((word) => nearest(word, words))).toEqual([
    'export',
    'load',
    'query',
    'download',
    'jobs',
    undefined,
    undefined,
  ]);
});

it('no column of a row is lost to another of the same name', () => {
  expect(uniqueNames(['a', 'a', 'a_2', 'a', 'b'])).toEqual(['a', 'a_2', 'a_2_2', 'a_3', 'b']);
});

it('a command that is shown can be pasted', () => {
  expect(['out', 'my out', "it's", '$HOME', ''].map(quoted)).toEqual([
    'out',
    "'my out'",
    String.raw`'it'\''s'`,
    "'$HOME'",
    "''",
  ]);
});
