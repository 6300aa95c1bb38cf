import type { Cursor } from './cursor.ts';
import { parseCall } from './parse-call.ts';
import { parseExpression } from './parse-expression.ts';
import { continueQuery, isQueryStart, parseQuery } from './parse-query.ts';
import { takeIntervalFields, takeTimeZone } from './parse-type.ts';
import type { SyntaxNode } from './syntax-tree.ts';
import { RESERVED_FUNCTIONS } from './words.ts';

/** What stands between operators: a literal, a column, a call, CASE, or something in parentheses. */
export function parseOperand(cursor: Cursor): SyntaxNode {
  const operand = parseBareOperand(cursor);
  if (!cursor.isOperator('[') && !cursor.isOperator('.')) return operand;
  return { kind: 'subscript', start: operand.start, children: [operand, ...parsePath(cursor)] };
}

/** `[0]`, `.field`, `[1].field`: a way into a SUPER value. Returns the subscripts. */
export function parsePath(cursor: Cursor): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (;;) {
    if (cursor.takeOperator('[')) {
      children.push(parseExpression(cursor));
      cursor.expectOperator(']');
    } else if (cursor.takeOperator('.')) cursor.expectLabel();
    else return children;
  }
}

/** `a`, `a.b`, `a.b.c`; a trailing `.*` is left to the caller. */
export function parseName(cursor: Cursor, first: string): string[] {
  const name = [first];
  while (cursor.isOperator('.') && !cursor.isOperator('*', 1)) {
    cursor.next();
    name.push(cursor.expectLabel());
  }
  return name;
}

function parseBareOperand(cursor: Cursor): SyntaxNode {
  const token = cursor.peek();
  const { start } = token;
  switch (token.kind) {
    case 'number':
      cursor.next();
      return { kind: 'literal', start, children: [] };
    case 'string':
      while (cursor.peek().kind === 'string') cursor.next();
      return { kind: 'literal', start, children: [] };
    case 'parameter':
      return { kind: 'parameter', name: [cursor.next().text], start, children: [] };
    case 'operator':
      if (token.text === '(') return cursor.nested(() => parseParenthesis(cursor));
      throw cursor.unexpected();
    case 'end':
      throw cursor.unexpected();
    case 'word':
    case 'quoted':
      return parseWordOperand(cursor);
  }
}

function parseWordOperand(cursor: Cursor): SyntaxNode {
  const { start } = cursor.peek();
  if (cursor.isWord('case')) return cursor.nested(() => parseCase(cursor));
  if (cursor.takeWords('null') || cursor.takeWords('true') || cursor.takeWords('false')) {
    return { kind: 'literal', start, children: [] };
  }
  if (cursor.isWord('array') && cursor.isOperator('[', 1)) return parseArray(cursor);
  const called = cursor.isWordOf(RESERVED_FUNCTIONS) && cursor.isOperator('(', 1);
  if (!cursor.isName() && !called) throw cursor.unexpected();
  const literal = parseTypedLiteral(cursor);
  if (literal) return literal;
  const name = parseName(cursor, cursor.next().text);
  if (isOuterJoinMark(cursor)) takeOuterJoinMark(cursor);
  else if (cursor.isOperator('(')) return parseCall(cursor, name, start);
  return { kind: 'column', name, start, children: [] };
}

/** `date '2024-01-01'`, `timestamp with time zone '...'`, `interval '1' day`. */
function parseTypedLiteral(cursor: Cursor): SyntaxNode | undefined {
  const token = cursor.peek();
  if (token.kind !== 'word') return undefined;
  const after = cursor.peek(1).kind;
  const zone = cursor.isWord('with', 1) || cursor.isWord('without', 1);
  const zoned = zone && cursor.isWord('time', 2) && cursor.isWord('zone', 3) && cursor.peek(4).kind === 'string';
  const interval = token.text === 'interval' && (after === 'string' || after === 'number');
  if (after !== 'string' && !zoned && !interval) return undefined;
  cursor.next();
  if (zoned) takeTimeZone(cursor);
  cursor.next();
  if (interval) takeIntervalFields(cursor);
  return { kind: 'literal', start: token.start, children: [] };
}

/** `column (+)`: the outer join of old Oracle queries, which Redshift reads. */
function isOuterJoinMark(cursor: Cursor): boolean {
  return cursor.isOperator('(') && cursor.isOperator('+', 1) && cursor.isOperator(')', 2);
}

function takeOuterJoinMark(cursor: Cursor): void {
  for (let token = 0; token < 3; token += 1) cursor.next();
}

function parseArray(cursor: Cursor): SyntaxNode {
  const { start } = cursor.next();
  cursor.expectOperator('[');
  const children = cursor.isOperator(']') ? [] : cursor.list(() => parseExpression(cursor));
  cursor.expectOperator(']');
  return { kind: 'row', start, children };
}

function parseCase(cursor: Cursor): SyntaxNode {
  const { start } = cursor.next();
  const children: SyntaxNode[] = [];
  if (!cursor.isWord('when')) children.push(parseExpression(cursor));
  cursor.expectWord('when');
  do {
    children.push(parseExpression(cursor));
    cursor.expectWord('then');
    children.push(parseExpression(cursor));
  } while (cursor.takeWords('when'));
  if (cursor.takeWords('else')) children.push(parseExpression(cursor));
  cursor.expectWord('end');
  return { kind: 'case', start, children };
}

/** A subquery, one expression, a row, or the empty grouping set. */
function parseParenthesis(cursor: Cursor): SyntaxNode {
  const { start } = cursor.next();
  if (cursor.takeOperator(')')) return { kind: 'row', start, children: [] };
  const children = isQueryStart(cursor) ? [parseQuery(cursor)] : cursor.list(() => parseLabelled(cursor));
  const [only] = children;
  const single = children.length === 1 && only ? only : undefined;
  const result = single?.kind === 'query' ? continueQuery(cursor, single) : single;
  cursor.expectOperator(')');
  return result ?? { kind: 'row', start, children };
}

/** `(price * 2 AS doubled)`: a lateral alias in the middle of an expression. */
function parseLabelled(cursor: Cursor): SyntaxNode {
  const expression = parseExpression(cursor);
  if (cursor.takeWords('as')) cursor.expectLabel();
  return expression;
}
