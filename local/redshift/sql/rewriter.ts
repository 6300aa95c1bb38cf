import type { Token } from './lexer.ts';
import type { Piece } from './pieces.ts';
import type { Span } from './spans.ts';

/** What a rule produced, and the index of the first token that it left alone. */
export interface Rewritten {
  readonly pieces: readonly Piece[];
  readonly next: number;
}

/** The view a rule has of the statement: its tokens, and the way to rewrite a part of them by all rules. */
export interface Rewriter {
  readonly tokens: readonly Token[];
  rewrite(span: Span): Piece[];
}

/** Rewrites what starts at token `at` (before `limit`), or says that it does not concern it. */
export type Rule = (rewriter: Rewriter, at: number, limit: number) => Rewritten | undefined;

/** Builds pieces from literal text and spans; text takes the source position of `origin`. */
export function compose(rewriter: Rewriter, origin: Token, ...parts: readonly (string | Span)[]): Piece[] {
  return parts.flatMap((part) =>
    typeof part === 'string' ? [{ text: part, source: origin.start }] : rewriter.rewrite(part),
  );
}

export const sqlString = (value: string): string => `'${value.replaceAll("'", "''")}'`;
export const sqlName = (value: string): string => `"${value.replaceAll('"', '""')}"`;
