import { surround } from '../sql/edits.ts';
import type { Token } from '../sql/lexer.ts';
import { joinPieces, type Piece, type TranslatedSql } from '../sql/pieces.ts';
import { sqlName } from '../sql/rewriter.ts';
import { findWord, isOperator, isWord, splitAtCommas, type Span } from '../sql/spans.ts';
import { SqlError } from '../sql/sql-error.ts';
import { TokenReader } from '../sql/token-reader.ts';
import { createRewriter, translate } from '../sql/translate.ts';
import type { Guard } from './guard.ts';
import { relationSql } from './relation.ts';

/**
 * Changes by users. What a statement reads is turned into a query that the guard knows to protect: UPDATE and DELETE then
 * change the rows (by `rowid`) that this query finds, so no condition of a user is ever tried on a hidden row.
 */
interface Target {
  /** Its name, with an alias, as tokens. */
  readonly span: Span;
  readonly sql: string;
  /** What the rest of the statement calls it. */
  readonly alias: string;
  readonly source: number;
}

const CONSTANTS = ['null', 'true', 'false'];
const CLAUSES = ['set', 'using', 'where', 'from'];

function target(reader: TokenReader, guard: Guard): Target {
  const lo = reader.at;
  const source = reader.next?.start ?? 0;
  const relation = reader.relation();
  const entry = guard.relation(relation, source + 1);
  if (entry.kind === 'view') throw new SqlError('42809', `cannot change a view: ${entry.name}`, source + 1);
  let alias = relation.name;
  if (reader.takes('as') || (reader.next?.kind === 'word' && !isWord(reader.next, ...CLAUSES)))
    alias = reader.name().value;
  return { span: { lo, hi: reader.at }, sql: relationSql(entry), alias, source };
}

function wordAt(tokens: readonly Token[], lo: number, word: string): number {
  return findWord(tokens, { lo, hi: tokens.length }, new Set([word]));
}

/** SELECT <what> FROM <target>, <others> WHERE <condition> */
function readBy(
  tokens: readonly Token[],
  { span, source }: Target,
  what: readonly Piece[],
  others: Span,
  condition: Span,
): TranslatedSql {
  const rewriter = createRewriter(tokens);
  const text = (word: string): Piece => ({ text: word, source });
  const clause = (word: string, part: Span): Piece[] =>
    part.lo >= part.hi ? [] : [text(word), ...rewriter.rewrite(part)];
  return joinPieces([
    { text: 'SELECT', source },
    ...what,
    text('FROM'),
    ...rewriter.rewrite(span),
    ...clause(',', others),
    ...clause('WHERE', condition),
  ]);
}

/** The clauses behind a target: `word` (FROM or USING) and WHERE. */
function clauses(tokens: readonly Token[], lo: number, word: string): { others: Span; condition: Span; from: number } {
  const where = wordAt(tokens, lo, 'where');
  const from = Math.min(wordAt(tokens, lo, word), where);
  return {
    from,
    others: { lo: Math.min(from + 1, where), hi: where },
    condition: { lo: where + 1, hi: tokens.length },
  };
}

const rights = (change: string, { others, condition }: { others: Span; condition: Span }): string[] =>
  others.lo < others.hi || condition.lo < condition.hi ? [change, 'SELECT'] : [change];

export async function deleteAsUser(tokens: readonly Token[], guard: Guard): Promise<TranslatedSql> {
  const reader = new TokenReader(tokens);
  reader.expect('delete', 'from');
  const row = target(reader, guard);
  const parts = clauses(tokens, reader.at, 'using');
  if (parts.from !== reader.at) throw reader.problem();
  const what = [{ text: `${sqlName(row.alias)}.rowid`, source: row.source }];
  const rows = await guard.query(readBy(tokens, row, what, parts.others, parts.condition), {
    source: row.source,
    privileges: rights('DELETE', parts),
  });
  return surround(`DELETE FROM ${row.sql} WHERE rowid IN (`, rows, ')');
}

interface Assignment {
  readonly column: string;
  /** Undefined: DEFAULT. */
  readonly value: Span | undefined;
}

function assignment(tokens: readonly Token[], { lo, hi }: Span): Assignment {
  const reader = new TokenReader(tokens, lo);
  let column = reader.name();
  if (reader.takesOperator('.')) column = reader.name();
  if (!reader.takesOperator('=') || reader.at >= hi) throw reader.problem();
  const isDefault = isWord(reader.next, 'default') && reader.at + 1 === hi;
  return { column: sqlName(column.value), value: isDefault ? undefined : { lo: reader.at, hi } };
}

export async function updateAsUser(tokens: readonly Token[], guard: Guard): Promise<TranslatedSql> {
  const reader = new TokenReader(tokens);
  reader.expect('update');
  const row = target(reader, guard);
  reader.expect('set');
  const parts = clauses(tokens, reader.at, 'from');
  const assignments = splitAtCommas(tokens, { lo: reader.at, hi: parts.from }).map((span) => assignment(tokens, span));
  const rewriter = createRewriter(tokens);
  const text = (sql: string): Piece => ({ text: sql, source: row.source });
  const values = assignments.flatMap(({ value }, index) =>
    value === undefined ? [] : [text(', ('), ...rewriter.rewrite(value), text(`) AS v${index}`)],
  );
  const what = [text(`${sqlName(row.alias)}.rowid AS rs_row`), ...values];
  const reads = assignments.some(({ value }) => value !== undefined && readsColumn(tokens, value));
  const rows = await guard.query(readBy(tokens, row, what, parts.others, parts.condition), {
    source: row.source,
    privileges: reads ? ['UPDATE', 'SELECT'] : rights('UPDATE', parts),
  });
  const set = assignments.map(
    ({ column, value }, index) => `${column} = ${value === undefined ? 'DEFAULT' : `rs_new.v${index}`}`,
  );
  return surround(
    `UPDATE ${row.sql} AS rs_old SET ${set.join(', ')} FROM (`,
    rows,
    `) AS rs_new WHERE rs_old.rowid = rs_new.rs_row`,
  );
}

const readsColumn = (tokens: readonly Token[], { lo, hi }: Span): boolean =>
  tokens
    .slice(lo, hi)
    .some((token) => token.kind === 'quoted' || (token.kind === 'word' && !isWord(token, ...CONSTANTS)));

export async function insertAsUser(tokens: readonly Token[], guard: Guard): Promise<TranslatedSql> {
  const reader = new TokenReader(tokens);
  reader.expect('insert', 'into');
  const position = reader.position;
  const entry = guard.relation(reader.relation(), position);
  guard.require('INSERT', entry);
  const columns = isOperator(reader.next, '(') && !startsQuery(tokens[reader.at + 1]) ? reader.brackets() : undefined;
  const rewriter = createRewriter(tokens);
  const list = columns === undefined ? '' : ` (${joinPieces(rewriter.rewrite(columns)).sql})`;
  const head = `INSERT INTO ${relationSql(entry)}${list} `;
  if (reader.takes('default', 'values')) {
    reader.end();
    return surround(`${head}DEFAULT VALUES`, joinPieces([]));
  }
  return surround(head, await guard.query(translate(tokens.slice(reader.at))));
}

const startsQuery = (token: Token | undefined): boolean =>
  isWord(token, 'select', 'with', 'values') || isOperator(token, '(');
