import type { Cursor } from './cursor.ts';
import { parseExpression, parseOrder } from './parse-expression.ts';
import { parseSelect } from './parse-select.ts';
import { SqlRefusal } from './refusals.ts';
import type { QueryNode, SyntaxNode } from './syntax-tree.ts';
import { SET_OPERATIONS, STATEMENT_WORDS } from './words.ts';

/** SELECT, WITH or VALUES stands here. A parenthesis may open a query too: its content decides. */
export function isQueryStart(cursor: Cursor): boolean {
  return cursor.isWord('select') || cursor.isWord('with') || (cursor.isWord('values') && cursor.isOperator('(', 1));
}

/** `[WITH ...] term { UNION | INTERSECT | EXCEPT | MINUS term } [ORDER BY] [LIMIT] [OFFSET]`. */
export function parseQuery(cursor: Cursor): QueryNode {
  return cursor.nested(() => {
    const { start } = cursor.peek();
    const ctes = parseWith(cursor);
    const query = continueQuery(cursor, parseTerm(cursor));
    return { ...query, start, children: [...ctes, ...query.children] };
  });
}

/** What may follow a complete query inside the same parentheses: set operations, ORDER BY, LIMIT, OFFSET, locks. */
export function continueQuery(cursor: Cursor, first: QueryNode): QueryNode {
  const children: SyntaxNode[] = [first];
  let limited = first.limited;
  while (cursor.takeWordOf(SET_OPERATIONS)) {
    if (!cursor.takeWords('all')) cursor.takeWords('distinct');
    children.push(parseTerm(cursor));
    limited = false;
  }
  for (;;) {
    if (cursor.takeWords('order', 'by')) children.push(parseOrder(cursor));
    else if (cursor.takeWords('limit')) {
      limited = true;
      if (!cursor.takeWords('all')) children.push(parseExpression(cursor));
    } else if (cursor.takeWords('offset')) {
      limited = true;
      children.push(parseExpression(cursor));
    } else if (cursor.isWord('for')) children.push(parseLock(cursor));
    else break;
  }
  return children.length === 1 && limited === first.limited ? first : { ...first, children, limited };
}

function parseTerm(cursor: Cursor): QueryNode {
  const { start, kind, text } = cursor.peek();
  if (cursor.isOperator('(')) {
    return cursor.nested(() => {
      cursor.next();
      const query = parseQuery(cursor);
      cursor.expectOperator(')');
      return query;
    });
  }
  if (cursor.isWord('select')) return parseSelect(cursor);
  if (cursor.isWord('values')) return parseValues(cursor);
  if (kind === 'word' && STATEMENT_WORDS.has(text)) {
    throw new SqlRefusal('SQL_NOT_A_QUERY', `${text.toUpperCase()} is not a query.`, start);
  }
  throw cursor.unexpected();
}

function parseWith(cursor: Cursor): SyntaxNode[] {
  if (!cursor.takeWords('with')) return [];
  if (cursor.isWord('recursive') && cursor.isName(1)) cursor.next();
  return cursor.list(() => {
    const { start } = cursor.peek();
    const name = [cursor.expectName()];
    if (cursor.takeOperator('(')) {
      cursor.list(() => cursor.expectLabel());
      cursor.expectOperator(')');
    }
    cursor.expectWord('as');
    cursor.expectOperator('(');
    const query = parseQuery(cursor);
    cursor.expectOperator(')');
    return { kind: 'cte', name, start, children: [query] };
  });
}

function parseValues(cursor: Cursor): QueryNode {
  const { start } = cursor.next();
  const rows = cursor.list(() => parseExpression(cursor));
  return {
    kind: 'query',
    start,
    children: [{ kind: 'values', start, children: rows }],
    limited: false,
    columns: undefined,
  };
}

/** `FOR UPDATE OF a, b NOWAIT` and the like: read whole, to be refused as what it is. */
function parseLock(cursor: Cursor): SyntaxNode {
  const { start } = cursor.next();
  while (cursor.peek().kind === 'word' || cursor.isOperator(',')) cursor.next();
  return { kind: 'lock', start, children: [] };
}
