import { columnLabels } from './column-labels.ts';
import { functionRule } from './function-rules.ts';
import type { Token } from './lexer.ts';
import { operatorRule } from './operator-rules.ts';
import { joinPieces, type Piece, type TranslatedSql } from './pieces.ts';
import { sqlName, sqlString, type Rewriter, type Rewritten, type Rule } from './rewriter.ts';
import { selectRule } from './select-rules.ts';
import type { Span } from './spans.ts';
import { typeRule } from './type-rules.ts';

const RULES: readonly Rule[] = [selectRule, functionRule, operatorRule, typeRule];

function plain(token: Token): Piece {
  const at = { source: token.start };
  switch (token.kind) {
    case 'word':
      return { text: token.value.startsWith('#') ? sqlName(token.value) : token.value, ...at };
    case 'quoted':
      return { text: sqlName(token.value), ...at };
    case 'string':
      return { text: sqlString(token.value), ...at };
    case 'parameter':
      return { text: `$${token.value}`, ...at };
    case 'number':
    case 'operator':
      return { text: token.text, ...at };
  }
}

function firstMatch(rewriter: Rewriter, at: number, limit: number): Rewritten | undefined {
  for (const rule of RULES) {
    const rewritten = rule(rewriter, at, limit);
    if (rewritten !== undefined) return rewritten;
  }
  return undefined;
}

/** A rewriter over the tokens of one statement. */
export function createRewriter(tokens: readonly Token[]): Rewriter {
  const labels = columnLabels(tokens);
  const rewriter: Rewriter = {
    tokens,
    rewrite(span: Span): Piece[] {
      const pieces: Piece[] = [];
      let at = span.lo;
      while (at < span.hi) {
        const token = tokens[at];
        if (token === undefined) break;
        const rewritten = firstMatch(rewriter, at, span.hi);
        pieces.push(...(rewritten?.pieces ?? [plain(token)]));
        at = rewritten?.next ?? at + 1;
        const label = labels.get(at - 1);
        if (label !== undefined && label.lo >= span.lo)
          pieces.push({ text: `AS ${sqlName(label.name)}`, source: token.start });
      }
      return pieces;
    },
  };
  return rewriter;
}

/** Redshift SQL (one statement, already tokenized) as DuckDB SQL. Throws SqlError for what cannot be expressed. */
export const translate = (tokens: readonly Token[]): TranslatedSql =>
  joinPieces(createRewriter(tokens).rewrite({ lo: 0, hi: tokens.length }));
