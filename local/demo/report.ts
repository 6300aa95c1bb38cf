import type { DemoRow } from './export-flights.ts';

const heads = ['format', 'rows', 'files', 'bytes', 'wait s', 'export s', 'download s', 'verify s', 'verified'];

const cells = (row: DemoRow): string[] => [
  row.format,
  row.rows.toLocaleString('en-US'),
  String(row.files),
  row.bytes.toLocaleString('en-US'),
  ...[row.wait, row.export, row.download, row.verify].map((seconds) => seconds.toFixed(1)),
  row.verified ? 'yes' : 'NO',
];

/** A table for people: the first and last column to the left, figures to the right. */
export function report(rows: readonly DemoRow[]): string {
  const lines = [heads, ...rows.map(cells)];
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
  return [draw(heads), rule, ...rows.map((row) => draw(cells(row)))].join('\n');
}
