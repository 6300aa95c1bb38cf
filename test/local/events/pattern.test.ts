import { compilePattern } from '../../../local/events/pattern.ts';

const matches = (pattern: Record<string, unknown>, event: unknown) => compilePattern(pattern)(event);

describe('event patterns', () => {
  it.each<[string, Record<string, unknown>, unknown, boolean]>([
    ['an exact value', { state: ['FINISHED'] }, { state: 'FINISHED' }, true],
    ['no other value', { state: ['FINISHED'] }, { state: 'FAILED' }, false],
    ['one of several', { state: ['FINISHED', 'FAILED'] }, { state: 'FAILED' }, true],
    ['an element of a list in the event', { tags: ['a'] }, { tags: ['b', 'a'] }, true],
    ['nested objects', { detail: { state: ['X'] } }, { detail: { state: 'X', more: 1 } }, true],
    ['no text for a number', { n: [1] }, { n: '1' }, false],
    ['null as null', { x: [null] }, { x: null }, true],
    ['no absent field as null', { x: [null] }, {}, false],
    ['all keys and not only one', { a: [1], b: [2] }, { a: 1, b: 3 }, false],
    ['a prefix', { s: [{ prefix: 'sb-' }] }, { s: 'sb-1' }, true],
    ['a prefix without regard to case', { s: [{ prefix: { 'equals-ignore-case': 'SB-' } }] }, { s: 'sb-1' }, true],
    ['a suffix', { s: [{ suffix: '.csv' }] }, { s: 'a.json' }, false],
    ['anything but one value', { s: [{ 'anything-but': 'A' }] }, { s: 'B' }, true],
    ['anything but a list of values', { s: [{ 'anything-but': ['A', 'B'] }] }, { s: 'B' }, false],
    ['anything but a prefix', { s: [{ 'anything-but': { prefix: 'A' } }] }, { s: 'AB' }, false],
    ['no absent field as anything but', { s: [{ 'anything-but': 'A' }] }, {}, false],
    ['a field that exists', { a: [{ exists: true }] }, { a: 0 }, true],
    ['a field that does not exist', { a: { b: [{ exists: false }] } }, {}, true],
    ['no object as an existing leaf', { a: [{ exists: true }] }, { a: { b: 1 } }, false],
    ['a range of numbers', { n: [{ numeric: ['>', 0, '<=', 5] }] }, { n: 5 }, true],
    ['nothing outside of a range', { n: [{ numeric: ['>', 0, '<=', 5] }] }, { n: 6 }, false],
    ['text without regard to case', { s: [{ 'equals-ignore-case': 'Ab' }] }, { s: 'aB' }, true],
    ['a wildcard', { s: [{ wildcard: 'a*c.d' }] }, { s: 'abbc.d' }, true],
    ['a dot as a dot in a wildcard', { s: [{ wildcard: 'a.c' }] }, { s: 'abc' }, false],
    ['either branch of $or', { $or: [{ a: [1] }, { b: [2] }], c: [3] }, { b: 2, c: 3 }, true],
    ['$or together with the rest', { $or: [{ a: [1] }, { b: [2] }], c: [3] }, { b: 2, c: 4 }, false],
  ])('match %s', (_name, pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  it('is refused when it uses an operator that nobody knows, instead of matching nothing for ever', () => {
    expect(() => compilePattern({ a: [{ cidr: '10.0.0.0/8' }] })).toThrow(/cidr/);
  });

  it('is refused when a leaf is not a list, as AWS refuses it', () => {
    expect(() => compilePattern({ a: 'plain' })).toThrow(/must hold a list/);
  });
});
