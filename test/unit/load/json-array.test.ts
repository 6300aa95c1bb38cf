import fc from 'fast-check';
import { LoadRefused } from '../../../core/load/errors.ts';
import { JsonArraySplitter } from '../../../core/load/json-array.ts';
import { refused } from './refused.ts';

function split(bytes: Uint8Array, cuts: readonly number[] = []): string {
  const splitter = new JsonArraySplitter(1);
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const parts = [0, ...ends].map((from, index) => splitter.push(bytes.subarray(from, ends[index] ?? bytes.length)));
  splitter.end();
  return Buffer.concat(parts).toString();
}
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it('gives each object of an array a line of its own, wherever the bytes are cut', () => {
  const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 6 });
  const cuts = fc.array(fc.nat(), { maxLength: 8 });
  fc.assert(
    fc.property(objects, fc.constantFrom(undefined, 1, '\t'), fc.boolean(), cuts, (array, indent, mark, at) => {
      const text = `${mark ? '\ufeff' : ''}${JSON.stringify(array, null, indent)}\r\n `;
      const lines = split(bytes(text), at).split('\n');
      expect(lines.pop()).toBe('');
      expect(lines.map((line): unknown => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(array)));
    }),
    { numRuns: 1_000 },
  );
});

it('cuts within a character and within an escape change nothing', () => {
  const text = '[{"é😀\\"]":"\\\\"},\n{"a":[{"b":"}"}]}]';
  const whole = '{"é😀\\"]":"\\\\"}\n{"a":[{"b":"}"}]}\n';
  for (let cut = 0; cut <= bytes(text).length; cut += 1) expect(split(bytes(text), [cut])).toBe(whole);
});

it.each([
  ['', 'cut off'],
  ['{"a":1}', 'does not start with an array'],
  ['[{"a":1}', 'cut off'],
  ['[{"a":"', 'cut off'],
  ['[1]', 'element 1 of the array is no object'],
  ['[{"a":1},]', 'element 2 of the array is no object'],
  ['[{"a":1} {"a":2}]', 'a comma is missing behind element 1'],
  ['[{"a":1}] x', 'something follows the end'],
  ['[{"a":1}][]', 'something follows the end'],
  ['[{"a":[1}]', 'closes a bracket that is not open'],
  ['[{"a":"b\nc"}]', 'control character within a string'],
  [`[{"a":${'['.repeat(1001)}`, 'nested too deeply'],
])('%j is no array of objects: %s', (text, why) => {
  expect(() => split(bytes(text))).toThrow(why);
  expect(() => split(bytes(text))).toThrow(LoadRefused);
});

it('an array without objects is an empty file', () => {
  expect(refused(() => split(bytes(' [ ] '))).code).toBe('FILE_EMPTY');
});
