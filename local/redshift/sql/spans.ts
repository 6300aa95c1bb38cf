import type { Token } from './lexer.ts';
import { syntaxErrorAtEnd } from './sql-error.ts';

/** A run of tokens: from `lo` up to, not including, `hi`. */
export interface Span {
  readonly lo: number;
  readonly hi: number;
}

const OPENS = new Set(['(', '[']);
const CLOSES = new Set([')', ']']);

export const isOperator = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'operator' && token.text === text;

export const isWord = (token: Token | undefined, ...values: readonly string[]): boolean =>
  token?.kind === 'word' && values.includes(token.value);

/** The index of the bracket that closes the one at `open`. */
export function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'operator') continue;
    if (OPENS.has(token.text)) depth += 1;
    if (CLOSES.has(token.text)) depth -= 1;
    if (depth === 0) return at;
  }
  throw syntaxErrorAtEnd((tokens.at(-1)?.end ?? 0) + 1);
}

/** Splits a span at its top-level commas. An empty span has no parts. */
export function splitAtCommas(tokens: readonly Token[], span: Span): Span[] {
  const parts: Span[] = [];
  let lo = span.lo;
  for (let at = span.lo; at < span.hi; at += 1) {
    const token = tokens[at];
    if (token?.kind === 'operator' && OPENS.has(token.text)) at = Math.min(closing(tokens, at), span.hi);
    else if (isOperator(token, ',')) {
      parts.push({ lo, hi: at });
      lo = at + 1;
    }
  }
  if (span.hi > span.lo) parts.push({ lo, hi: span.hi });
  return parts;
}

/** The first top-level word of a span that is one of `words`, or `hi`. */
export function findWord(tokens: readonly Token[], span: Span, words: ReadonlySet<string>): number {
  for (let at = span.lo; at < span.hi; at += 1) {
    const token = tokens[at];
    if (token?.kind === 'operator' && OPENS.has(token.text)) at = Math.min(closing(tokens, at), span.hi);
    else if (token?.kind === 'operator' && CLOSES.has(token.text)) return at;
    else if (token?.kind === 'word' && words.has(token.value)) return at;
  }
  return span.hi;
}

/** Where the operand that begins at `start` ends: a literal, name, call, bracket or CASE, with its casts and subscripts. */
export function operandEnd(tokens: readonly Token[], start: number, limit: number): number {
  let at = start;
  while (isOperator(tokens[at], '-') || isOperator(tokens[at], '+')) at += 1;
  if (isOperator(tokens[at], '(')) at = closing(tokens, at) + 1;
  else if (isWord(tokens[at], 'case')) at = caseEnd(tokens, at, limit);
  else at += isWord(tokens[at], 'date', 'timestamp', 'interval') && tokens[at + 1]?.kind === 'string' ? 2 : 1;
  for (;;) {
    const token = tokens[at];
    if (at >= limit || token === undefined) return limit;
    if (isOperator(token, '.') || isOperator(token, '::')) at += 2;
    else if (isOperator(token, '(') || isOperator(token, '[')) at = closing(tokens, at) + 1;
    else if (isWord(token, 'over', 'filter') && isOperator(tokens[at + 1], '(')) at = closing(tokens, at + 1) + 1;
    else if (isWord(token, 'over')) at += 2;
    else if (isWord(token, 'within') && isOperator(tokens[at + 2], '(')) at = closing(tokens, at + 2) + 1;
    else return at;
  }
}

function caseEnd(tokens: readonly Token[], start: number, limit: number): number {
  let depth = 0;
  for (let at = start; at < limit; at += 1) {
    if (isWord(tokens[at], 'case')) depth += 1;
    if (isWord(tokens[at], 'end')) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return limit;
}
