import { fixedLimits } from '../../contract/limits.ts';
import { Cursor } from './cursor.ts';
import { escapedByteLength } from './literal.ts';
import { parseQuery } from './parse-query.ts';
import {
  fold,
  judgeColumn,
  judgeFunction,
  judgeRelation,
  judgeTableFunction,
  judgeType,
  NODE_POLICY,
} from './policy.ts';
import { SQL_REFUSALS, SqlRefusal, type SqlRefusalCode } from './refusals.ts';
import type { QueryNode, SyntaxNode } from './syntax-tree.ts';
import { scan, type Shift, type Token } from './tokens.ts';
import { WRAP_AFTER, WRAP_BEFORE } from './wrap.ts';

/** Statement text the Data API takes, in bytes of UTF-8. */
export const MAX_STATEMENT_BYTES = 100_000;
/** What UNLOAD's own words, prefix, role and options may take of it; `unloadOptionProblems` holds them to that. */
export const UNLOAD_ENVELOPE_BYTES = MAX_STATEMENT_BYTES - fixedLimits.query_bytes.value;

export type AcceptedQuery = {
  readonly verdict: 'accepted';
  /** What to put into UNLOAD: comments blanked out, strings rewritten, wrapped when UNLOAD needs it. */
  readonly sql: string;
  readonly wrapped: boolean;
  /** Where `sql`, less its wrapping, is longer than what was sent: dollar-quoted strings that had to be escaped. */
  readonly shifts: readonly Shift[];
  /** Names of the result columns where the text tells them all (null: an expression without a name); else undefined. */
  readonly columns: readonly (string | null)[] | undefined;
  /** Names that two result columns share. JSON and Parquet cannot hold them; `columns` tells in which order they come. */
  readonly duplicate_columns: readonly string[];
  /** Tables and views the query reads, dotted, folded to lower case, sorted; without its own CTEs and aliases. */
  readonly relations: readonly string[];
  /** Names of the `:name` placeholders, each once, in the order of the text; empty unless they were allowed. */
  readonly parameters: readonly string[];
};

export type RefusedQuery = {
  readonly verdict: 'refused';
  readonly code: SqlRefusalCode;
  readonly message: string;
  readonly hint: string;
  /** 1-based character of the user's text, counted in code points as Redshift does. */
  readonly position?: number;
};

export type GuardOptions = {
  /** Limit of the statement, escaped as it will be sent, in bytes. Default: that of /limits. */
  readonly max_bytes?: number;
  /** Further functions to close, folded to lower case, with or without their schema. */
  readonly closed_functions?: ReadonlySet<string>;
  /** Whether `:name` may stand for a value that is bound. UNLOAD's text takes none. Default false. */
  readonly named_parameters?: boolean;
};

/**
 * Decides whether a statement may be run for a tenant, by its syntax tree: one query, made of nothing but what NODE_POLICY
 * allows, that names no system relation, file or closed function. Pure, linear in the length, never throws.
 */
export function judgeQuery(sql: string, options: GuardOptions = {}): AcceptedQuery | RefusedQuery {
  try {
    return acceptOrThrow(sql, options);
  } catch (error) {
    if (error instanceof SqlRefusal) return refused(sql, error);
    throw error;
  }
}

function acceptOrThrow(sql: string, options: GuardOptions): AcceptedQuery {
  const limit = options.max_bytes ?? fixedLimits.query_bytes.value;
  if (sql.length > limit) throw tooLong(limit);
  const { tokens, text, shifts } = scan(sql);
  const query = parseStatement(tokens);
  const nodes = flatten(query);
  judgeNodes(nodes, options);
  const last = tokens.findLast((token) => token.kind !== 'end' && !isSemicolon(token));
  const body = text.slice(0, text.length - (sql.length - (last?.end ?? 0))).trimEnd();
  const embedded = query.limited ? `${WRAP_BEFORE}${body}${WRAP_AFTER}` : body;
  if (escapedByteLength(embedded) > limit) throw tooLong(limit);
  return {
    verdict: 'accepted',
    sql: embedded,
    wrapped: query.limited,
    shifts,
    columns: query.columns,
    duplicate_columns: duplicates(query),
    relations: relations(nodes),
    parameters: parameters(nodes),
  };
}

function tooLong(limit: number): SqlRefusal {
  return new SqlRefusal('SQL_TOO_LONG', `The statement is longer than ${limit} bytes once it is escaped for UNLOAD.`);
}

function isSemicolon(token: Token): boolean {
  return token.kind === 'operator' && token.text === ';';
}

function parseStatement(tokens: readonly Token[]): QueryNode {
  const semicolon = tokens.findIndex(isSemicolon);
  const statement = semicolon < 0 ? tokens.slice(0, -1) : tokens.slice(0, semicolon);
  const second =
    semicolon < 0 ? undefined : tokens.slice(semicolon).find((token) => !isSemicolon(token) && token.kind !== 'end');
  if (second)
    throw new SqlRefusal('SQL_MULTIPLE_STATEMENTS', 'A second statement follows the semicolon.', second.start);
  const [first] = statement;
  const last = statement.at(-1);
  if (!first || !last) throw new SqlRefusal('SQL_EMPTY', 'The statement is empty.');
  if (first.kind === 'word' && !['select', 'with', 'values'].includes(first.text)) {
    throw new SqlRefusal(
      'SQL_NOT_A_QUERY',
      `${first.text.toUpperCase().slice(0, 40)} does not start a query.`,
      first.start,
    );
  }
  const cursor = new Cursor([...statement, { kind: 'end', text: '', start: last.end, end: last.end }]);
  const query = parseQuery(cursor);
  if (cursor.peek().kind !== 'end') throw cursor.unexpected();
  return query;
}

/** All nodes, in the order of the text; with a stack of its own, whatever the depth. */
function flatten(root: SyntaxNode): SyntaxNode[] {
  const nodes: SyntaxNode[] = [];
  const pending: SyntaxNode[] = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    nodes.push(node);
    for (let child = node.children.length - 1; child >= 0; child -= 1) {
      const next = node.children[child];
      if (next) pending.push(next);
    }
  }
  return nodes;
}

function judgeNodes(nodes: readonly SyntaxNode[], options: GuardOptions): void {
  const declared = new Set(nodes.flatMap(declaredNames));
  const closed = options.closed_functions ?? new Set();
  for (const node of nodes) {
    if (options.named_parameters === true && isNamedParameter(node)) continue;
    const policy = NODE_POLICY[node.kind];
    const code = policy === 'allowed' ? judgeName(node, declared, closed) : policy;
    if (code) throw new SqlRefusal(code, refusalMessage(node, code), node.start);
  }
}

/** As the Data API names them. */
const NAMED_PARAMETER = /^:[A-Za-z_][A-Za-z0-9_]{0,63}$/;

function isNamedParameter(node: SyntaxNode): boolean {
  return node.kind === 'parameter' && NAMED_PARAMETER.test(node.name[0] ?? '');
}

function parameters(nodes: readonly SyntaxNode[]): string[] {
  const named = nodes.flatMap((node) => (node.kind === 'parameter' ? [node.name[0]?.slice(1) ?? ''] : []));
  return [...new Set(named)];
}

function declaredNames(node: SyntaxNode): string[] {
  const named = node.kind === 'alias' || node.kind === 'cte' || node.kind === 'table';
  return named ? [fold(node.name.at(-1) ?? '')] : [];
}

function judgeName(
  node: SyntaxNode,
  declared: ReadonlySet<string>,
  closed: ReadonlySet<string>,
): SqlRefusalCode | undefined {
  switch (node.kind) {
    case 'table':
      return judgeRelation(node.name);
    case 'column':
      return judgeColumn(node.name, declared);
    case 'call':
      return judgeFunction(node.name, closed);
    case 'table-function':
      return judgeTableFunction(node.name);
    case 'type':
      return judgeType(node.name);
    default:
      return undefined;
  }
}

function refusalMessage(node: SyntaxNode, code: SqlRefusalCode): string {
  const name = 'name' in node ? node.name.join('.').slice(0, 120) : undefined;
  return name === undefined ? `${SQL_REFUSALS[code].title}.` : `${SQL_REFUSALS[code].title}: ${name}.`;
}

function duplicates(query: QueryNode): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const name of (query.columns ?? []).flatMap((column) => (column === null ? [] : [fold(column)]))) {
    if (seen.has(name)) twice.add(name);
    seen.add(name);
  }
  return [...twice];
}

function relations(nodes: readonly SyntaxNode[]): string[] {
  const ctes = new Set(nodes.flatMap((node) => (node.kind === 'cte' ? declaredNames(node) : [])));
  const aliases = new Set(nodes.flatMap((node) => (node.kind === 'alias' ? declaredNames(node) : [])));
  const named = nodes.flatMap((node) => (node.kind === 'table' ? [node.name.map(fold)] : []));
  const own = named.filter((name) => !(name.length === 1 ? ctes : aliases).has(name[0] ?? ''));
  return [...new Set(own.map((name) => name.join('.')))].sort();
}

function refused(sql: string, refusal: SqlRefusal): RefusedQuery {
  const { code, message, index } = refusal;
  const position = index === undefined ? {} : { position: Array.from(sql.slice(0, index)).length + 1 };
  return { verdict: 'refused', code, message, hint: SQL_REFUSALS[code].hint, ...position };
}
