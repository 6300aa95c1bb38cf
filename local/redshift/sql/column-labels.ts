import type { Token } from './lexer.ts';
import { closing, findWord, isOperator, isWord, splitAtCommas, type Span } from './spans.ts';

const LIST_ENDS = new Set([
  'from',
  'where',
  'group',
  'having',
  'qualify',
  'order',
  'limit',
  'offset',
  'union',
  'intersect',
  'except',
  'minus',
  'into',
]);
const NO_ALIAS_AFTER = new Set([
  'is',
  'not',
  'and',
  'or',
  'like',
  'ilike',
  'in',
  'between',
  'over',
  'then',
  'else',
  'when',
  'to',
  'distinct',
  'all',
  'by',
  'case',
  'at',
  'zone',
  'date',
  'timestamp',
  'interval',
  'time',
]);
const NEVER_ALIAS = new Set([
  'end',
  'null',
  'true',
  'false',
  'sysdate',
  'current_date',
  'current_timestamp',
  'unknown',
  'user',
  'current_user',
  'session_user',
]);
const TYPE_NAMES: Readonly<Record<string, string>> = {
  int: 'int4',
  integer: 'int4',
  smallint: 'int2',
  bigint: 'int8',
  float: 'float8',
  double: 'float8',
  real: 'float4',
  boolean: 'bool',
  decimal: 'numeric',
  character: 'varchar',
  char: 'bpchar',
  text: 'varchar',
};
const UNNAMED = '?column?';

const isName = (token: Token | undefined): token is Token => token?.kind === 'word' || token?.kind === 'quoted';

function endsOperand(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === 'operator') return token.text === ')' || token.text === ']';
  return token.kind !== 'word' || !NO_ALIAS_AFTER.has(token.value);
}

function hasAlias(tokens: readonly Token[], item: Span): boolean {
  const last = tokens[item.hi - 1];
  const before = tokens[item.hi - 2];
  if (item.hi - item.lo < 2 || !isName(last)) return false;
  if (isWord(before, 'as')) return true;
  if (last.kind === 'word' && NEVER_ALIAS.has(last.value)) return false;
  return endsOperand(before);
}

const isStar = (tokens: readonly Token[], item: Span): boolean =>
  isOperator(tokens[item.hi - 1], '*') && item.hi - item.lo <= 5;

function isColumn(tokens: readonly Token[], item: Span): boolean {
  for (let at = item.lo; at < item.hi; at += 1) {
    const expectsName = (at - item.lo) % 2 === 0;
    if (expectsName ? !isName(tokens[at]) : !isOperator(tokens[at], '.')) return false;
  }
  const only = item.hi - item.lo === 1 ? tokens[item.lo] : undefined;
  return only?.kind !== 'word' || !NEVER_ALIAS.has(only.value);
}

/** The name Redshift gives to a select item without an alias. */
function labelOf(tokens: readonly Token[], item: Span): string {
  const first = tokens[item.lo];
  if (isColumn(tokens, item)) return tokens[item.hi - 1]?.value ?? UNNAMED;
  if (isWord(first, 'case')) return 'case';
  const cast = lastCast(tokens, item);
  if (cast !== undefined) {
    const inner = labelOf(tokens, { lo: item.lo, hi: cast });
    const type = tokens[cast + 1]?.value ?? UNNAMED;
    return inner === UNNAMED ? (TYPE_NAMES[type] ?? type) : inner;
  }
  if (isWord(first, 'date', 'timestamp', 'interval') && tokens[item.lo + 1]?.kind === 'string')
    return first?.value ?? UNNAMED;
  if (first?.kind === 'word' && item.hi - item.lo === 1) return labelOfWord(first);
  return labelOfCall(tokens, item);
}

function labelOfWord(word: Token): string {
  if (word.value === 'true' || word.value === 'false') return 'bool';
  if (word.value === 'current_date') return 'date';
  if (word.value === 'user' || word.value === 'current_user') return 'current_user';
  if (word.value === 'session_user') return word.value;
  return word.value === 'sysdate' ? 'timestamp' : UNNAMED;
}

function lastCast(tokens: readonly Token[], item: Span): number | undefined {
  for (let at = item.hi - 1; at > item.lo; at -= 1) {
    const token = tokens[at];
    if (isOperator(token, '::')) return at;
    const partOfType = token?.kind === 'operator' ? ['(', ')', ','].includes(token.text) : token?.kind !== 'string';
    if (!partOfType) return undefined;
  }
  return undefined;
}

function labelOfCall(tokens: readonly Token[], item: Span): string {
  const lo = isWord(tokens[item.lo], 'approximate') ? item.lo + 1 : item.lo;
  const first = tokens[lo];
  if (!isName(first) || !isOperator(tokens[lo + 1], '(')) return UNNAMED;
  const close = closing(tokens, lo + 1);
  const after = tokens[close + 1];
  const whole = close + 1 >= item.hi || isWord(after, 'over', 'within', 'filter', 'ignore', 'respect');
  if (!whole) return UNNAMED;
  if (!isWord(first, 'cast', 'try_cast')) return isWord(first, 'extract') ? 'date_part' : first.value;
  const as = findWord(tokens, { lo: lo + 2, hi: close }, new Set(['as']));
  const inner = labelOf(tokens, { lo: lo + 2, hi: as });
  const type = tokens[as + 1]?.value ?? UNNAMED;
  return inner === UNNAMED ? (TYPE_NAMES[type] ?? type) : inner;
}

function listStart(tokens: readonly Token[], select: number): number {
  let at = select + 1;
  if (isWord(tokens[at], 'all', 'distinct')) at += 1;
  if (isWord(tokens[at], 'top') && tokens[at + 1]?.kind === 'number') at += 2;
  return at;
}

function listEnd(tokens: readonly Token[], lo: number): number {
  let end = findWord(tokens, { lo, hi: tokens.length }, LIST_ENDS);
  while (isWord(tokens[end], 'group') && isWord(tokens[end - 1], 'within')) {
    end = findWord(tokens, { lo: end + 1, hi: tokens.length }, LIST_ENDS);
  }
  return end;
}

/** A select item without an alias: its first token, and the name Redshift gives it. */
export interface ColumnLabel {
  readonly lo: number;
  readonly name: string;
}

/** Names for the select items that have none, by the index of the item's last token. */
export function columnLabels(tokens: readonly Token[]): ReadonlyMap<number, ColumnLabel> {
  const labels = new Map<number, ColumnLabel>();
  tokens.forEach((token, select) => {
    if (!isWord(token, 'select') || isOperator(tokens[select - 1], '.')) return;
    const lo = listStart(tokens, select);
    const hi = listEnd(tokens, lo);
    for (const item of splitAtCommas(tokens, { lo, hi })) {
      if (item.hi <= item.lo || hasAlias(tokens, item) || isStar(tokens, item) || isColumn(tokens, item)) continue;
      labels.set(item.hi - 1, { lo: item.lo, name: labelOf(tokens, item) });
    }
  });
  return labels;
}
