import type { Out } from '../io.ts';
import { widthOf } from '../render/table.ts';

/** Lines at the end of a terminal that are written over; nothing where nothing can be. */
export interface LiveLines {
  /** Whether anybody sees them. */
  moves: boolean;
  /** Shows these, at most ten times a second unless `now` is wanted. */
  draw: (lines: () => readonly string[], now?: boolean) => void;
  /** Writes a line that stays, above those that move. */
  print: (line: string) => void;
  /** Takes them away. */
  clear: () => void;
}

const interval = 100;

export function liveLines(out: Out, { moves, now }: { moves: boolean; now: () => number }): LiveLines {
  let shown: readonly string[] = [];
  let last = -Infinity;
  // Up to the first of them, and nothing below.
  const erased = (): string => (shown.length === 0 ? '' : `\u001b[${shown.length}A\r\u001b[J`);
  const put = (before: string, lines: readonly string[]): void => {
    const fitting = lines.map((line) => cut(line, out.columns() - 1));
    out.write(`${erased()}${before}${fitting.map((line) => `${line}\n`).join('')}`);
    shown = fitting;
  };
  return {
    moves,
    draw: (lines, atOnce = false) => {
      if (!moves || (!atOnce && now() - last < interval)) return;
      last = now();
      put('', lines());
    },
    print: (line) => put(`${line}\n`, shown),
    clear: () => {
      if (shown.length > 0) put('', []);
    },
  };
}

/** A line that wraps would leave its first half behind when it is written over. */
function cut(line: string, width: number): string {
  if (widthOf(line) <= width) return line;
  let kept = '';
  for (const character of line) {
    if (widthOf(kept + character) > width) break;
    kept += character;
  }
  return kept;
}
