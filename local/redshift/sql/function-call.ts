import type { Token } from './lexer.ts';
import { compose, type Rewriter, type Rewritten } from './rewriter.ts';
import { closing, isOperator, isWord, type Span } from './spans.ts';
import { SqlError } from './sql-error.ts';

/** A function call: its name token at index `at`, its closing bracket at `close`, its arguments. */
export interface Call {
  readonly name: Token;
  readonly at: number;
  readonly close: number;
  readonly args: readonly Span[];
  readonly limit: number;
}

export type CallRule = (rewriter: Rewriter, call: Call) => Rewritten | undefined;

/** Replaces the call, brackets included, by text and arguments. */
export const replaceCall = (rewriter: Rewriter, call: Call, ...parts: readonly (string | Span)[]): Rewritten => ({
  pieces: compose(rewriter, call.name, ...parts),
  next: call.close + 1,
});

/** The argument at `index`; without it the function does not exist in that form. */
export function argument(call: Call, index: number): Span {
  const found = call.args[index];
  if (found !== undefined) return found;
  throw new SqlError(
    '42883',
    `function ${call.name.value}() does not exist with ${call.args.length} arguments`,
    call.name.start + 1,
  );
}

/** The single token of an argument, if it is just one. */
export const onlyToken = (rewriter: Rewriter, span: Span): Token | undefined =>
  span.hi - span.lo === 1 ? rewriter.tokens[span.lo] : undefined;

/** `OVER (...)`, `OVER name` or `FILTER (...)` behind token `after`; an empty span where there is none. */
export function trailing(rewriter: Rewriter, after: number, limit: number): Span {
  const { tokens } = rewriter;
  let at = after;
  while (at < limit && isWord(tokens[at], 'over', 'filter', 'ignore', 'respect')) {
    if (isWord(tokens[at], 'ignore', 'respect')) at += 2;
    else at = isOperator(tokens[at + 1], '(') ? closing(tokens, at + 1) + 1 : at + 2;
  }
  return { lo: after, hi: Math.min(at, limit) };
}
