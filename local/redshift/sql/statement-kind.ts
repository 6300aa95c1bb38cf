import type { Token } from './lexer.ts';
import { isOperator, isWord } from './spans.ts';
import { SqlError, syntaxErrorNear } from './sql-error.ts';

export type StatementKind = 'query' | 'command' | 'create-table' | 'merge' | 'unload' | 'copy' | 'setting' | 'ignored';

const KINDS: Readonly<Record<string, StatementKind>> = {
  select: 'query',
  with: 'query',
  values: 'query',
  explain: 'query',
  show: 'query',
  insert: 'command',
  update: 'command',
  delete: 'command',
  truncate: 'command',
  drop: 'command',
  alter: 'command',
  create: 'command',
  begin: 'command',
  commit: 'command',
  rollback: 'command',
  end: 'command',
  abort: 'command',
  merge: 'merge',
  unload: 'unload',
  copy: 'copy',
  analyze: 'ignored',
  vacuum: 'ignored',
  comment: 'ignored',
  set: 'setting',
  reset: 'setting',
};

/** Whether a statement begins or ends a transaction. */
export const controlsTransaction = ([first]: readonly Token[]): boolean =>
  isWord(first, 'begin', 'commit', 'end', 'rollback', 'abort');

/** The tokens of the one statement, without its final semicolon. */
export function singleStatement(tokens: readonly Token[]): readonly Token[] {
  const end = tokens.findIndex((token) => isOperator(token, ';'));
  if (end < 0) return tokens;
  const extra = tokens.slice(end).find((token) => !isOperator(token, ';'));
  if (extra !== undefined) {
    throw new SqlError('42601', 'cannot insert multiple commands into a prepared statement', extra.start + 1);
  }
  return tokens.slice(0, end);
}

/** What a statement is. Only these reach the engine: its own commands (ATTACH, INSTALL, PRAGMA, ...) are no Redshift SQL. */
export function statementKind(tokens: readonly Token[]): StatementKind {
  const first = tokens.find((token) => !isOperator(token, '('));
  if (first === undefined) throw new SqlError('42601', 'the statement is empty');
  const kind = first.kind === 'word' ? KINDS[first.value] : undefined;
  if (kind !== undefined) return kind === 'command' && isCreateTable(tokens) ? 'create-table' : kind;
  if (isWord(first, 'call')) {
    throw new SqlError('0A000', `${first.value.toUpperCase()} is not supported by this engine`, first.start + 1);
  }
  throw syntaxErrorNear(first.text, first.start + 1);
}

function isCreateTable(tokens: readonly Token[]): boolean {
  const table = tokens.slice(1, 4).some((token) => isWord(token, 'table'));
  return isWord(tokens[0], 'create') && table;
}
