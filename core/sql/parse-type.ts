import type { Cursor } from './cursor.ts';
import type { SyntaxNode } from './syntax-tree.ts';

const SECOND_WORDS: ReadonlyMap<string, string> = new Map([
  ['double', 'precision'],
  ['character', 'varying'],
  ['char', 'varying'],
  ['bit', 'varying'],
  ['binary', 'varying'],
]);
const INTERVAL_FIELDS: ReadonlySet<string> = new Set(['year', 'month', 'day', 'hour', 'minute', 'second']);
const ZONED: ReadonlySet<string> = new Set(['time', 'timestamp']);

/** `varchar(10)`, `double precision`, `timestamp(3) with time zone`, `interval day to second(6)`, `super[]`, `schema.type`. */
export function parseType(cursor: Cursor): SyntaxNode {
  const start = cursor.peek().start;
  if (cursor.isWord('national')) cursor.next();
  const name = [cursor.expectLabel()];
  while (cursor.takeOperator('.')) name.push(cursor.expectLabel());
  const word = name[0] ?? '';
  const second = SECOND_WORDS.get(word);
  if (second !== undefined) cursor.takeWords(second);
  if (word === 'interval') takeIntervalFields(cursor);
  takeSize(cursor);
  if (ZONED.has(word)) takeTimeZone(cursor);
  while (cursor.isOperator('[') && (cursor.isOperator(']', 1) || cursor.isOperator(']', 2))) {
    while (!cursor.takeOperator(']')) cursor.next();
  }
  return { kind: 'type', name, start, children: [] };
}

/** `day`, `year to month`, `day(2) to second(3)`: nothing when no field stands here. */
export function takeIntervalFields(cursor: Cursor): void {
  if (!cursor.takeWordOf(INTERVAL_FIELDS)) return;
  takeSize(cursor);
  if (cursor.isWord('to') && cursor.isWordOf(INTERVAL_FIELDS, 1)) {
    cursor.next();
    cursor.next();
    takeSize(cursor);
  }
}

/** `with time zone`, `without time zone`. */
export function takeTimeZone(cursor: Cursor): boolean {
  return cursor.takeWords('with', 'time', 'zone') || cursor.takeWords('without', 'time', 'zone');
}

function takeSize(cursor: Cursor): void {
  const sized = cursor.isOperator('(') && (cursor.peek(1).kind === 'number' || cursor.isWord('max', 1));
  if (!sized) return;
  cursor.next();
  cursor.next();
  while (cursor.takeOperator(',')) {
    if (cursor.next().kind !== 'number') throw cursor.unexpected();
  }
  cursor.expectOperator(')');
}
