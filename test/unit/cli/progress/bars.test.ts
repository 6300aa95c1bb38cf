import { barOf, transferLine } from '../../../../cli/progress/bar.ts';
import { downloadBars } from '../../../../cli/progress/download.ts';
import { Rate } from '../../../../cli/progress/rate.ts';
import { uploadBars } from '../../../../cli/progress/upload-bars.ts';

it('a bar is full at its end only, and never leaves its frame', () => {
  expect(barOf(0.999, 10)).toBe('[######### ]  99%');
  expect(barOf(1, 10)).toBe('[##########] 100%');
  expect(barOf(7, 4)).toBe('[####] 100%');
  expect(barOf(-1, 4)).toBe('[    ]   0%');
});

it.each([40, 80, 100, 200])('a line keeps its bar in %d columns, and its facts where there is room', (columns) => {
  const transfer = { bytes: 51_000_000, total: 102_000_000, perSecond: 12_300_000 };
  const line = transferLine('a/very/long/folder/of/a/partition=2026-01-31/0001_part_00.csv', transfer, columns);
  expect(line).toContain(' 50%  51.0 MB of 102 MB  12.3 MB/s  4 s left');
  if (columns >= 80) expect(line.length).toBeLessThan(columns);
});

it('the rate is that of the last seconds, and unknown at first', () => {
  let now = 0;
  const rate = new Rate(() => now);
  rate.tell(0);
  expect(rate.perSecond()).toBeUndefined();
  for (; now < 20_000; now += 1000) rate.tell(now < 10_000 ? now * 100 : 1_000_000 + (now - 10_000));
  expect(rate.perSecond()).toBeLessThan(1000);
  now += 60_000;
  expect(rate.perSecond()).toBeLessThan(100);
});

it('a download has a line for each file on its way and one for all, with rows', () => {
  let now = 0;
  const bars = downloadBars({ bytes: 3000, files: 2, number_records_processed: 1234 }, () => now);
  bars.tell({ bytes: 0, files: 0, file: { name: 'a.csv', bytes: 0, total: 1000, rows: 500 } });
  now = 1000;
  bars.tell({ bytes: 500, files: 0, file: { name: 'a.csv', bytes: 500, total: 1000, rows: 500 } });
  bars.tell({ bytes: 600, files: 0, file: { name: 'b\u001b[A.csv', bytes: 100, total: 2000, rows: 1000 } });
  const [a, b, all] = bars.lines(100);
  expect(a).toMatch(/^a\.csv +500 rows +\[#+ *\] +50% {2}500 B of 1\.00 KB {2}500 B\/s {2}1 s left$/);
  expect(b).toMatch(/^b\u{fffd}\[A\.csv +1,000 rows +\[ *#* *\] +5% {2}100 B of 2\.00 KB$/u);
  expect(all).toMatch(/^0\/2 files +1,234 rows +\[#+ *\] +20% {2}600 B of 3\.00 KB {2}600 B\/s {2}4 s left$/);
  bars.tell({ bytes: 1100, files: 1, file: { name: 'a.csv', bytes: 1000, total: 1000, rows: 500 } });
  expect(bars.lines(100)).toHaveLength(2);
  expect(bars.lines(100)[1]).toMatch(/^1\/2 files/);
});

it('an upload of several files has a line for each that is on its way and one for all; one of one file has one', () => {
  const bars = uploadBars(['x/a.csv', 'b.csv'], () => 0);
  bars.tell({ bytes: 500, total: 3000, file: { n: 1, bytes: 500, total: 1000 } });
  bars.tell({ bytes: 600, total: 3000, file: { n: 2, bytes: 100, total: 2000 } });
  expect(bars.lines(100).map((line) => line.replace(/ +\[.*%/, ''))).toEqual([
    'a.csv  500 B of 1.00 KB',
    'b.csv  100 B of 2.00 KB',
    '2 files  600 B of 3.00 KB',
  ]);
  bars.tell({ bytes: 1100, total: 3000, file: { n: 1, bytes: 1000, total: 1000 } });
  expect(bars.lines(100).map((line) => line.split(' ')[0])).toEqual(['b.csv', '2']);
  const one = uploadBars(['a.csv'], () => 0);
  one.tell({ bytes: 10, total: 10, file: { n: 1, bytes: 10, total: 10 } });
  expect(one.lines(100)).toEqual([expect.stringMatching(/^a\.csv .*100%/)]);
});
