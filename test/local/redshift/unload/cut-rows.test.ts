import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { countRows } from '../../../../local/redshift/unload/count-rows.ts';
import { cutRows } from '../../../../local/redshift/unload/cut-rows.ts';

const QUOTE = '"'.charCodeAt(0);

/** The same, byte for byte. */
function counted(text: string, quoted: boolean): { rows: number; end: number; quoted: boolean } {
  let [rows, end, within] = [0, -1, quoted];
  for (const [at, char] of text.split('').entries()) {
    if (char === '"') within = !within;
    if (char === '\n' && !within) [rows, end] = [rows + 1, at];
  }
  return { rows, end, quoted: within };
}

describe('counting rows', () => {
  it('takes no newline within quotes for the end of a row, wherever a chunk begins or ends', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', '\n'), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.boolean(), (chunk, quoted) => {
        expect(countRows(Buffer.from(chunk), QUOTE, quoted)).toEqual(counted(chunk, quoted));
      }),
      { numRuns: 2000 },
    );
  });

  it('counts every newline where values cannot have one', () => {
    expect(countRows(Buffer.from('"\n"\n'), -1, false)).toEqual({ rows: 2, end: 3, quoted: false });
  });
});

describe('cutting a text file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cut-rows-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const row = (n: number): string => `${n},"a\n\n${'x'.repeat(n % 300)}"\n`;
  const cut = async (rows: number, slices: number, maxBytes: number) => {
    const path = join(folder, 'rows');
    const text = Array.from({ length: rows }, (_, n) => row(n)).join('');
    await writeFile(path, text);
    const cuts = await cutRows({ path, format: { quote: QUOTE, stripQuotes: false }, rows, slices, maxBytes });
    const contents = cuts.map((series) => series.map(({ offset, bytes }) => text.slice(offset, offset + bytes)));
    return { text, cuts, contents };
  };

  it.each([
    [30_000, 1, 1e9],
    [30_000, 2, 1e9],
    [30_000, 3, 1e9],
    [60_000, 2, 2_500_000],
    [60_000, 1, 2_500_000],
    [20_000, 7, 1_100_000],
  ])('loses no row of %d, gives %d slices whole ones in order and none over %d bytes', async (rows, slices, most) => {
    const { text, cuts, contents } = await cut(rows, slices, most);
    expect(cuts).toHaveLength(slices);
    expect(contents.flat().join('') === text).toBe(true);
    for (const [slice, series] of cuts.entries())
      for (const [at, { bytes, rows: claimed }] of series.entries()) {
        expect(bytes).toBeLessThanOrEqual(most);
        expect(counted(contents[slice]?.[at] ?? '', false)).toEqual({ rows: claimed, end: bytes - 1, quoted: false });
      }
  });

  it('gives slices about the same', async () => {
    const { text, cuts } = await cut(60_000, 3, 1e9);
    for (const series of cuts) {
      expect(series).toHaveLength(1);
      expect(Math.abs((series[0]?.bytes ?? 0) - text.length / 3)).toBeLessThan(1.1 * 1024 * 1024);
    }
  });

  it('leaves a small file to the first slice, and nothing to any without rows', async () => {
    const { text, cuts } = await cut(100, 2, 1e9);
    expect(cuts).toEqual([[{ offset: 0, bytes: text.length, rows: 100 }], []]);
    expect((await cut(0, 2, 1e9)).cuts).toEqual([[], []]);
  });
});
