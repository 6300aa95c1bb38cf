import { compose, type Rewriter, type Rewritten } from './rewriter.ts';
import { isOperator, isWord, operandEnd } from './spans.ts';

/** Names of users, without brackets as in SQL. */
const USERS: Readonly<Record<string, string>> = {
  user: 'rs_current_user()',
  current_user: 'rs_current_user()',
  session_user: 'rs_session_user()',
};
const NONZERO_NUMBER = /[1-9]/;

/** Division by zero is an error (DuckDB: NULL); POSIX and SIMILAR TO patterns become what DuckDB's matcher takes. */
export function operatorRule(rewriter: Rewriter, at: number, limit: number): Rewritten | undefined {
  const { tokens } = rewriter;
  const token = tokens[at];
  if (token === undefined) return undefined;
  if (token.kind === 'operator') return symbolRule(rewriter, at, limit);
  if (isWord(token, 'similar') && isWord(tokens[at + 1], 'to')) return similarTo(rewriter, at, at + 2, limit, '~');
  if (isWord(token, 'not') && isWord(tokens[at + 1], 'similar')) return similarTo(rewriter, at, at + 3, limit, '!~');
  if (isWord(token, 'sysdate') && !isOperator(tokens[at - 1], '.')) {
    return { pieces: compose(rewriter, token, 'rs_sysdate()'), next: at + 1 };
  }
  const user = token.kind === 'word' ? USERS[token.value] : undefined;
  if (user !== undefined && !isOperator(tokens[at - 1], '.') && !isWord(tokens[at - 1], 'as')) {
    return { pieces: compose(rewriter, token, user), next: at + 1 };
  }
  return undefined;
}

function similarTo(
  rewriter: Rewriter,
  at: number,
  from: number,
  limit: number,
  operator: string,
): Rewritten | undefined {
  const token = rewriter.tokens[at];
  if (token === undefined) return undefined;
  const end = operandEnd(rewriter.tokens, from, limit);
  const pieces = compose(rewriter, token, operator, 'rs_similar_pattern(', { lo: from, hi: end }, ')');
  return { pieces, next: end };
}

function symbolRule(rewriter: Rewriter, at: number, limit: number): Rewritten | undefined {
  const { tokens } = rewriter;
  const token = tokens[at];
  if (token === undefined) return undefined;
  switch (token.text) {
    case '/':
    case '%': {
      const only = tokens[at + 1];
      const end = operandEnd(tokens, at + 1, limit);
      if (end === at + 2 && only?.kind === 'number' && NONZERO_NUMBER.test(only.text)) return undefined;
      return { pieces: compose(rewriter, token, token.text, 'rs_nonzero(', { lo: at + 1, hi: end }, ')'), next: end };
    }
    case '~':
    case '!~':
    case '~*':
    case '!~*': {
      const end = operandEnd(tokens, at + 1, limit);
      const flags = token.text.endsWith('*') ? "'i'" : "''";
      const operator = token.text.startsWith('!') ? '!~' : '~';
      const pieces = compose(rewriter, token, operator, 'rs_posix_pattern(', { lo: at + 1, hi: end }, `, ${flags})`);
      return { pieces, next: end };
    }
    default:
      return undefined;
  }
}
