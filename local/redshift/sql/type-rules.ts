import { compose, type Rewriter, type Rewritten } from './rewriter.ts';
import { closing, isOperator, isWord } from './spans.ts';

const RENAMED: Readonly<Record<string, string>> = {
  super: 'JSON',
  bpchar: 'VARCHAR',
  nchar: 'VARCHAR',
  nvarchar: 'VARCHAR',
  varbyte: 'BLOB',
  varbinary: 'BLOB',
  character: 'VARCHAR',
};
const SIZED = new Set(['varchar', 'char', 'nchar', 'nvarchar', 'character', 'bpchar', 'varbyte', 'varbinary']);

function startsType(rewriter: Rewriter, at: number): boolean {
  const before = rewriter.tokens[at - 1];
  if (isOperator(before, '::') || isWord(before, 'as', 'type')) return true;
  const column = before?.kind === 'word' || before?.kind === 'quoted';
  return column && !isOperator(rewriter.tokens[at - 2], '.') && insideColumnList(rewriter, at);
}

function insideColumnList(rewriter: Rewriter, at: number): boolean {
  const opensList = isOperator(rewriter.tokens[at - 2], '(') || isOperator(rewriter.tokens[at - 2], ',');
  return opensList || isWord(rewriter.tokens[at - 2], 'column');
}

/** Redshift's type names where a type is expected: after `::`, AS, ALTER ... TYPE, or a column's name. */
export function typeRule(rewriter: Rewriter, at: number): Rewritten | undefined {
  const { tokens } = rewriter;
  const token = tokens[at];
  if (token?.kind !== 'word' || (RENAMED[token.value] === undefined && !SIZED.has(token.value))) return undefined;
  if (!startsType(rewriter, at)) return undefined;
  let next = at + (isWord(tokens[at + 1], 'varying') ? 2 : 1);
  if (SIZED.has(token.value) && isOperator(tokens[next], '(')) next = closing(tokens, next) + 1;
  return { pieces: compose(rewriter, token, RENAMED[token.value] ?? 'VARCHAR'), next };
}
