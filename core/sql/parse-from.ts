import type { Cursor } from './cursor.ts';
import { parseArguments } from './parse-call.ts';
import { parseExpression } from './parse-expression.ts';
import { parseName, parseOperand, parsePath } from './parse-operand.ts';
import { continueQuery, isQueryStart, parseQuery } from './parse-query.ts';
import type { SyntaxNode } from './syntax-tree.ts';

const SIDES: ReadonlySet<string> = new Set(['inner', 'left', 'right', 'full', 'cross']);
const NULLS_KEPT: ReadonlySet<string> = new Set(['include', 'exclude']);

/** The list after FROM. */
export function parseFrom(cursor: Cursor): SyntaxNode[] {
  return cursor.list(() => parseJoined(cursor));
}

function parseJoined(cursor: Cursor): SyntaxNode {
  return continueJoin(cursor, parseRelation(cursor));
}

/** Joins after a relation. Conditions may pile up at the end: `a JOIN b JOIN c ON ... ON ...`. */
function continueJoin(cursor: Cursor, first: SyntaxNode): SyntaxNode {
  const children = [first];
  for (;;) {
    if (takeJoin(cursor)) children.push(parseRelation(cursor));
    else if (children.length > 1 && cursor.takeWords('on')) children.push(parseExpression(cursor));
    else if (children.length > 1 && cursor.takeWords('using')) takeColumnList(cursor);
    else return children.length === 1 ? first : { kind: 'join', start: first.start, children };
  }
}

function takeJoin(cursor: Cursor): boolean {
  const natural = cursor.takeWords('natural');
  const sided = cursor.takeWordOf(SIDES);
  if (sided) cursor.takeWords('outer');
  if (natural || sided) {
    cursor.expectWord('join');
    return true;
  }
  return cursor.takeWords('join');
}

/** A relation with its alias, and PIVOT or UNPIVOT applied to it. */
function parseRelation(cursor: Cursor): SyntaxNode {
  cursor.takeWords('lateral');
  const { start } = cursor.peek();
  const children = [parseSource(cursor), ...parseAlias(cursor)];
  while (startsPivot(cursor)) children.push(parsePivot(cursor), ...parseAlias(cursor));
  const [only] = children;
  return children.length === 1 && only ? only : { kind: 'derived', start, children };
}

function parseSource(cursor: Cursor): SyntaxNode {
  const { start, kind } = cursor.peek();
  if (cursor.isOperator('(')) return cursor.nested(() => parseParenthesised(cursor));
  if (kind === 'string' || kind === 'parameter') {
    cursor.next();
    return { kind: kind === 'string' ? 'file' : 'table-parameter', start, children: [] };
  }
  if (cursor.isWord('unpivot') && cursor.isName(1)) {
    cursor.next();
    return { kind: 'derived', start, children: [parseOperand(cursor)] };
  }
  const temporary = cursor.takeOperator('#') ? '#' : '';
  const first = cursor.expectName();
  const name = parseName(cursor, temporary + first);
  if (cursor.isOperator('(')) return { kind: 'table-function', name, start, children: parseArguments(cursor) };
  return { kind: 'table', name, start, children: parsePath(cursor) };
}

/** `(SELECT ...)`, `((SELECT ...) UNION (SELECT ...))`, `(a JOIN b ON ...)`, `((SELECT ...) x JOIN b ON ...)`. */
function parseParenthesised(cursor: Cursor): SyntaxNode {
  cursor.expectOperator('(');
  const inner = isQueryStart(cursor) ? parseQuery(cursor) : parseRelation(cursor);
  const whole = inner.kind === 'query' ? continueQuery(cursor, inner) : inner;
  const joined = continueJoin(cursor, whole);
  cursor.expectOperator(')');
  return joined;
}

function startsPivot(cursor: Cursor): boolean {
  const unpivot = cursor.isWord('unpivot') && (cursor.isOperator('(', 1) || cursor.isWordOf(NULLS_KEPT, 1));
  return unpivot || (cursor.isWord('pivot') && cursor.isOperator('(', 1));
}

/** Words that open a clause after a table although they are no reserved words. */
function startsClause(cursor: Cursor): boolean {
  return (cursor.isWord('start') && cursor.isWord('with', 1)) || (cursor.isWord('connect') && cursor.isWord('by', 1));
}

/** `[AS] alias [(columns)] [AT alias]`. */
function parseAlias(cursor: Cursor): SyntaxNode[] {
  const { start } = cursor.peek();
  const explicit = cursor.takeWords('as');
  if (!explicit && (!cursor.isName() || startsPivot(cursor) || startsClause(cursor))) return [];
  const aliases: SyntaxNode[] = [{ kind: 'alias', name: [cursor.expectLabel()], start, children: [] }];
  if (cursor.isOperator('(')) takeColumnList(cursor);
  if (cursor.takeWords('at')) aliases.push({ kind: 'alias', name: [cursor.expectLabel()], start, children: [] });
  return aliases;
}

function takeColumnList(cursor: Cursor): void {
  cursor.expectOperator('(');
  cursor.list(() => cursor.expectLabel());
  cursor.expectOperator(')');
}

/** `PIVOT (sum(x) AS s FOR y IN ('a' AS a, ...))`, `UNPIVOT INCLUDE NULLS (v FOR n IN (a AS x, b))`. */
function parsePivot(cursor: Cursor): SyntaxNode {
  const { start } = cursor.next();
  if (cursor.takeWordOf(NULLS_KEPT)) cursor.expectWord('nulls');
  cursor.expectOperator('(');
  const children = cursor.list(() => parseLabelled(cursor));
  cursor.expectWord('for');
  children.push(parseOperand(cursor));
  cursor.expectWord('in');
  cursor.expectOperator('(');
  if (isQueryStart(cursor)) children.push(parseQuery(cursor));
  else children.push(...cursor.list(() => parseLabelled(cursor)));
  cursor.expectOperator(')');
  cursor.expectOperator(')');
  return { kind: 'pivot', start, children };
}

function parseLabelled(cursor: Cursor): SyntaxNode {
  const expression = parseExpression(cursor);
  if (cursor.takeWords('as') || cursor.isName()) cursor.expectLabel();
  return expression;
}
