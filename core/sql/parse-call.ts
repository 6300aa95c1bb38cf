import type { Cursor } from './cursor.ts';
import { parseExpression, parseOrder } from './parse-expression.ts';
import { parseOperand } from './parse-operand.ts';
import { isQueryStart, parseQuery } from './parse-query.ts';
import { parseType } from './parse-type.ts';
import type { SyntaxNode } from './syntax-tree.ts';
import { ARGUMENT_WORDS } from './words.ts';

const FRAMES: ReadonlySet<string> = new Set(['rows', 'range', 'groups']);

/** A call from its `(` on, with the clauses that may follow it: WITHIN GROUP, FILTER, IGNORE NULLS, OVER. */
export function parseCall(cursor: Cursor, name: readonly string[], start: number): SyntaxNode {
  return cursor.nested(() => {
    const children = parseArguments(cursor, name.length === 1 ? (name[0] ?? '') : '');
    while (takeClause(cursor, children));
    return { kind: 'call', name, start, children };
  });
}

/** The arguments in parentheses; `word` is the function's name where its arguments have a grammar of their own. */
export function parseArguments(cursor: Cursor, word = ''): SyntaxNode[] {
  cursor.expectOperator('(');
  const children: SyntaxNode[] = [];
  if (!cursor.takeWords('distinct')) cursor.takeWords('all');
  if (word === 'convert') {
    children.push(parseType(cursor));
    cursor.expectOperator(',');
  }
  if (word === 'trim' && ['both', 'leading', 'trailing'].some((side) => cursor.takeWords(side)))
    cursor.takeWords('from');
  if (cursor.takeOperator(')')) return children;
  if (word === 'cast' || word === 'try_cast') {
    children.push(parseExpression(cursor));
    cursor.expectWord('as');
    children.push(parseType(cursor));
  } else {
    do children.push(parseArgument(cursor));
    while (cursor.takeOperator(',') || cursor.takeWordOf(ARGUMENT_WORDS));
    if (cursor.takeWords('order', 'by')) children.push(parseOrder(cursor));
    takeNullTreatment(cursor);
  }
  cursor.expectOperator(')');
  return children;
}

function parseArgument(cursor: Cursor): SyntaxNode {
  const { start } = cursor.peek();
  if (isQueryStart(cursor)) return parseQuery(cursor);
  if (cursor.takeOperator('*')) return { kind: 'star', start, children: [] };
  const argument = parseExpression(cursor);
  if (cursor.isOperator('.') && cursor.isOperator('*', 1)) {
    cursor.next();
    cursor.next();
  }
  return argument;
}

function takeNullTreatment(cursor: Cursor): boolean {
  return cursor.takeWords('ignore', 'nulls') || cursor.takeWords('respect', 'nulls');
}

function takeClause(cursor: Cursor, children: SyntaxNode[]): boolean {
  if (takeNullTreatment(cursor)) return true;
  if (cursor.takeWords('within', 'group')) {
    cursor.expectOperator('(');
    cursor.expectWord('order');
    cursor.expectWord('by');
    children.push(parseOrder(cursor));
    cursor.expectOperator(')');
    return true;
  }
  if (cursor.isWord('filter') && cursor.isOperator('(', 1)) {
    cursor.next();
    cursor.next();
    cursor.expectWord('where');
    children.push(parseExpression(cursor));
    cursor.expectOperator(')');
    return true;
  }
  if (!cursor.isWord('over') || !(cursor.isOperator('(', 1) || cursor.isName(1))) return false;
  cursor.next();
  children.push(parseWindow(cursor));
  return true;
}

function parseWindow(cursor: Cursor): SyntaxNode {
  const { start } = cursor.peek();
  const children: SyntaxNode[] = [];
  if (!cursor.takeOperator('(')) {
    cursor.expectName();
    return { kind: 'window', start, children };
  }
  if (cursor.takeWords('partition', 'by')) children.push(...cursor.list(() => parseExpression(cursor)));
  if (cursor.takeWords('order', 'by')) children.push(parseOrder(cursor));
  if (cursor.takeWordOf(FRAMES)) {
    const between = cursor.takeWords('between');
    children.push(parseBound(cursor));
    if (between) {
      cursor.expectWord('and');
      children.push(parseBound(cursor));
    }
  }
  cursor.expectOperator(')');
  return { kind: 'window', start, children };
}

/** `UNBOUNDED PRECEDING`, `CURRENT ROW`, `3 FOLLOWING`. */
function parseBound(cursor: Cursor): SyntaxNode {
  const { start } = cursor.peek();
  if (cursor.takeWords('current', 'row')) return { kind: 'literal', start, children: [] };
  const bound = parseOperand(cursor);
  if (!cursor.takeWords('preceding') && !cursor.takeWords('following')) throw cursor.unexpected();
  return bound;
}
