import type { DemoRow } from './export-flights.ts';
import type { IngestRow } from './ingest-flights.ts';

const yes = (verified: boolean): string => (verified ? 'yes' : 'NO');
const count = (number: number): string => number.toLocaleString('en-US');
const seconds = (...all: number[]): string[] => all.map((one) => one.toFixed(1));

export const report = (rows: readonly DemoRow[]): string =>
  table(
    ['format', 'rows', 'files', 'bytes', 'wait s', 'export s', 'download s', 'verify s', 'verified'],
    rows.map((row) => [
      row.format,
      count(row.rows),
      String(row.files),
      count(row.bytes),
      ...seconds(row.wait, row.export, row.download, row.verify),
      yes(row.verified),
    ]),
  );

export const ingestReport = (rows: readonly IngestRow[]): string =>
  table(
    ['step', 'rows', 'files', 'bytes', 'export s', 'upload s', 'load s', 'verified'],
    rows.map((row) => [
      row.step,
      count(row.rows),
      String(row.files),
      count(row.bytes),
      ...seconds(row.export, row.upload, row.load),
      yes(row.verified),
    ]),
  );

/** For people: the first and last column to the left, figures to the right. */
function table(heads: string[], rows: string[][]): string {
  const lines = [heads, ...rows];
  const widths = heads.map((_head, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const toLeft = new Set([0, heads.length - 1]);
  const draw = (line: string[]): string =>
    line
      .map((cell, column) =>
        toLeft.has(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [draw(heads), rule, ...rows.map((row) => draw(row))].join('\n');
}
