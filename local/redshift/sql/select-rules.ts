import { compose, type Rewriter, type Rewritten } from './rewriter.ts';
import { findWord, isOperator, isWord } from './spans.ts';

const QUERY_ENDS = new Set(['union', 'intersect', 'except', 'minus']);
const OUTPUT_ENDS = new Set(['limit', 'offset', 'union', 'intersect', 'except', 'minus']);

/** SELECT TOP n becomes LIMIT n at the end of its query; MINUS is EXCEPT. */
export function selectRule(rewriter: Rewriter, at: number, limit: number): Rewritten | undefined {
  const { tokens } = rewriter;
  const token = tokens[at];
  if (token === undefined) return undefined;
  if (isWord(token, 'minus') && isWord(tokens[at + 1], 'select', 'all')) {
    return { pieces: compose(rewriter, token, 'EXCEPT'), next: at + 1 };
  }
  if (!isWord(token, 'select')) return undefined;
  const quantified = isWord(tokens[at + 1], 'distinct', 'all');
  const top = quantified ? at + 2 : at + 1;
  const count = tokens[top + 1];
  if (!isWord(tokens[top], 'top') || (count?.kind !== 'number' && count?.kind !== 'parameter')) return undefined;
  const queryEnd = closingOf(rewriter, top + 2, limit, QUERY_ENDS);
  const end = Math.min(queryEnd, closingOf(rewriter, top + 2, limit, OUTPUT_ENDS));
  const pieces = compose(rewriter, token, 'SELECT', { lo: at + 1, hi: top }, { lo: top + 2, hi: end });
  return { pieces: [...pieces, ...compose(rewriter, token, 'LIMIT', { lo: top + 1, hi: top + 2 })], next: end };
}

function closingOf(rewriter: Rewriter, lo: number, limit: number, words: ReadonlySet<string>): number {
  const end = findWord(rewriter.tokens, { lo, hi: limit }, words);
  return isOperator(rewriter.tokens[end - 1], ';') ? end - 1 : end;
}
