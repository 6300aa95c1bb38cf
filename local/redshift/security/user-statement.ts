import { createTable } from '../sql/create-table.ts';
import { surround } from '../sql/edits.ts';
import type { Token } from '../sql/lexer.ts';
import { joinPieces, type TranslatedSql } from '../sql/pieces.ts';
import { isOperator, isWord } from '../sql/spans.ts';
import { permissionDenied, SqlError } from '../sql/sql-error.ts';
import { statementKind } from '../sql/statement-kind.ts';
import { TokenReader } from '../sql/token-reader.ts';
import { createRewriter, translate } from '../sql/translate.ts';
import type { Access } from './access.ts';
import type { Guard } from './guard.ts';
import type { Relation } from './relation.ts';
import { deleteAsUser, insertAsUser, updateAsUser } from './user-changes.ts';

/** A user's statement as it may run. */
export interface UserStatement {
  /** Statements to run first: sequences of IDENTITY columns. */
  readonly before: readonly string[];
  readonly sql: TranslatedSql;
}

interface Context {
  readonly guard: Guard;
  readonly access: Access;
  readonly database: string;
  /** Where a table without schema is created. */
  readonly schema: string;
}

const only = (sql: TranslatedSql): UserStatement => ({ before: [], sql });
const denied = (text: string): SqlError => new SqlError('42501', text);
const mustOwn = ({ name }: Relation): SqlError => denied(`must be owner of relation ${name}`);

/** The index of the word AS that a query follows, outside of brackets. */
function queryOf(tokens: readonly Token[]): number | undefined {
  let depth = 0;
  for (const [at, token] of tokens.entries()) {
    if (isOperator(token, '(')) depth += 1;
    if (isOperator(token, ')')) depth -= 1;
    if (depth === 0 && isWord(token, 'as')) return at + 1;
  }
  return undefined;
}

async function explain(tokens: readonly Token[], { guard, access }: Context): Promise<UserStatement> {
  const inner = tokens.slice(1);
  const first = inner.find((token) => !isOperator(token, '('));
  if (!isWord(first, 'select', 'with', 'values')) throw denied('permission denied: only queries can be explained');
  const query = await guard.query(translate(inner));
  if (guard.hidesRows() && !access.mayExplainRows)
    throw denied('permission denied: EXPLAIN RLS is needed for this plan');
  return only(surround('EXPLAIN ', query));
}

function mayCreate({ schema, name }: Relation, isTemporary: boolean, context: Context): void {
  if (isTemporary || name.startsWith('#')) return;
  const where = schema === '' ? context.schema : schema;
  if (!context.access.mayInSchema('CREATE', where)) throw denied(`permission denied for schema ${where}`);
}

async function createTableAsUser(tokens: readonly Token[], context: Context): Promise<UserStatement> {
  const reader = new TokenReader(tokens, 1);
  reader.takes('local');
  const isTemporary = reader.takes('temp') || reader.takes('temporary');
  reader.expect('table');
  reader.takes('if', 'not', 'exists');
  mayCreate(reader.relation(), isTemporary, context);
  const query = queryOf(tokens);
  if (isOperator(reader.next, '(') && isWord(tokens[reader.at + 1], 'like')) {
    context.guard.relation(readAt(tokens, reader.at + 2));
  }
  const { sequences, pieces } = createTable(createRewriter(query === undefined ? tokens : tokens.slice(0, query - 1)));
  const head = joinPieces(pieces);
  if (query === undefined) return { before: sequences, sql: head };
  const rows = await context.guard.query(translate(tokens.slice(query)));
  return { before: sequences, sql: surround(`${head.sql} AS `, rows) };
}

const readAt = (tokens: readonly Token[], at: number): Relation => new TokenReader(tokens, at).relation();

async function createViewAsUser(tokens: readonly Token[], context: Context): Promise<UserStatement> {
  const reader = new TokenReader(tokens, 1);
  const replaces = reader.takes('or', 'replace');
  reader.expect('view');
  const at = reader.at;
  const named = reader.relation();
  mayCreate(named, false, context);
  if (replaces) ownIfThere(named, context);
  const query = queryOf(tokens);
  if (query === undefined) throw reader.problem();
  const head = joinPieces(createRewriter(tokens).rewrite({ lo: at, hi: query }));
  const body = await context.guard.viewQuery(translate(tokens.slice(query)));
  return only(surround(`CREATE ${replaces ? 'OR REPLACE ' : ''}VIEW ${head.sql} `, body));
}

function ownIfThere(named: Relation, { guard, access }: Context): void {
  try {
    const entry = guard.relation(named);
    if (!access.owns(entry)) throw mustOwn(entry);
  } catch (cause) {
    if (!(cause instanceof SqlError && cause.sqlState === '42P01')) throw cause;
  }
}

/** DROP, ALTER and TRUNCATE are for owners. */
function ownersStatement(tokens: readonly Token[], { guard, access }: Context): UserStatement {
  const reader = new TokenReader(tokens, 1);
  const isTable = reader.takes('table');
  if (!isTable && !reader.takes('view') && !isWord(tokens[0], 'truncate')) {
    throw denied(`permission denied for database object ${reader.next?.value ?? ''}`.trimEnd());
  }
  const mayMiss = reader.takes('if', 'exists');
  const sql = translate(tokens);
  const many = isWord(tokens[0], 'drop');
  const names = many ? reader.list(() => named(reader)) : [named(reader)];
  for (const { relation, token } of names) {
    try {
      const entry = guard.relation(relation, token.start + 1);
      if (entry.kind !== 'temporary' && !access.owns(entry)) throw mustOwn(entry);
    } catch (cause) {
      if (!mayMiss || !(cause instanceof SqlError) || cause.sqlState !== '42P01') throw cause;
    }
  }
  return only(sql);
}

function named(reader: TokenReader): { readonly relation: Relation; readonly token: Token } {
  const token = reader.next;
  const relation = reader.relation();
  if (token === undefined) throw reader.problem();
  return { relation, token };
}

/** Checks a statement against the user's rights and rewrites it to what these leave of it. Rejects with SqlError. */
export async function asUser(tokens: readonly Token[], context: Context): Promise<UserStatement> {
  const { guard, database } = context;
  const word = tokens.find((token) => !isOperator(token, '('))?.value ?? '';
  switch (word) {
    case 'select':
    case 'with':
    case 'values':
      return only(await guard.query(translate(tokens)));
    case 'explain':
      return explain(tokens, context);
    case 'insert':
      return only(await insertAsUser(tokens, guard));
    case 'update':
      return only(await updateAsUser(tokens, guard));
    case 'delete':
      return only(await deleteAsUser(tokens, guard));
    case 'drop':
    case 'alter':
    case 'truncate':
      return ownersStatement(tokens, context);
    case 'create':
      if (statementKind(tokens) === 'create-table') return createTableAsUser(tokens, context);
      if (tokens.slice(1, 4).some((token) => isWord(token, 'view'))) return createViewAsUser(tokens, context);
      throw denied(`permission denied for database ${database}`);
    default:
      throw permissionDenied(word);
  }
}
