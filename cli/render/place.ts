import { printable } from './printable.ts';

const mostBefore = 60;
const mostAfter = 40;

/** The line of a query with a mark below the character at fault. @param position from 1, in code points */
export function placeIn(sql: string, position: number): string[] {
  const characters = Array.from(sql);
  const at = Math.min(position, characters.length + 1) - 1;
  const before = characters.slice(0, at);
  const start = Math.max(before.lastIndexOf('\n') + 1, at - mostBefore);
  const next = characters.indexOf('\n', at);
  const end = Math.min(next < 0 ? characters.length : next, at + mostAfter);
  const line = before.filter((character) => character === '\n').length + 1;
  const shown = printable(characters.slice(start, end).join(''));
  const label = `line ${line}: `;
  return [`${label}${shown}`, `${' '.repeat(label.length + at - start)}^`];
}
