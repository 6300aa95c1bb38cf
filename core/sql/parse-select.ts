import type { Cursor } from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { parseFrom } from './parse-from.ts';
import { parseName } from './parse-operand.ts';
import type { QueryNode, SyntaxNode } from './syntax-tree.ts';

type Item = { readonly node: SyntaxNode; readonly column: string | null | undefined };

/** One SELECT up to what belongs to the query around it (set operations, ORDER BY, LIMIT). */
export function parseSelect(cursor: Cursor): QueryNode {
  const { start } = cursor.peek();
  cursor.expectWord('select');
  const limited = takeQuantifiers(cursor);
  const items = cursor.list(() => {
    const item = parseItem(cursor);
    takeExclude(cursor);
    return item;
  });
  const children = items.map((item) => item.node);
  if (cursor.isWord('into')) children.push(parseInto(cursor));
  if (cursor.takeWords('from')) children.push(...parseFrom(cursor));
  while (takeClause(cursor, children));
  const columns = items.map((item) => item.column);
  return {
    kind: 'query',
    start,
    children: [{ kind: 'select', start, children }],
    limited,
    columns: columns.every((column) => column !== undefined) ? columns : undefined,
  };
}

/** ALL, DISTINCT and TOP n in any order; true when TOP limits the rows. */
function takeQuantifiers(cursor: Cursor): boolean {
  let limited = false;
  for (;;) {
    if (cursor.takeWords('all') || cursor.takeWords('distinct')) continue;
    const bare = cursor.isWord('top') && cursor.peek(1).kind === 'number';
    const wrapped =
      cursor.isWord('top') &&
      cursor.isOperator('(', 1) &&
      cursor.peek(2).kind === 'number' &&
      cursor.isOperator(')', 3);
    if (!bare && !wrapped) return limited;
    for (let tokens = bare ? 2 : 4; tokens > 0; tokens -= 1) cursor.next();
    limited = true;
  }
}

function parseItem(cursor: Cursor): Item {
  const { start } = cursor.peek();
  if (cursor.takeOperator('*')) return { node: { kind: 'star', start, children: [] }, column: undefined };
  const qualified = parseQualifiedStar(cursor);
  if (qualified) return { node: qualified, column: undefined };
  const node = parseExpression(cursor);
  if (cursor.takeWords('as')) return { node, column: cursor.expectLabel() };
  if (cursor.isName() && !startsExclude(cursor)) return { node, column: cursor.next().text };
  return { node, column: implicitName(node) };
}

/** `t.*`, `s.t.*`; looked for ahead of the expression because a star is no operand. */
function parseQualifiedStar(cursor: Cursor): SyntaxNode | undefined {
  let ahead = 0;
  while (cursor.isName(ahead) && cursor.isOperator('.', ahead + 1)) {
    if (cursor.isOperator('*', ahead + 2)) {
      const { start } = cursor.peek();
      const name = parseName(cursor, cursor.next().text);
      cursor.next();
      cursor.next();
      return { kind: 'column', name: [...name, '*'], start, children: [] };
    }
    ahead += 2;
  }
  return undefined;
}

function implicitName(node: SyntaxNode): string | null {
  if (node.kind === 'column' || node.kind === 'call') return node.name.at(-1) ?? null;
  return null;
}

function startsExclude(cursor: Cursor): boolean {
  return cursor.isWord('exclude') && (cursor.isOperator('(', 1) || cursor.isName(1));
}

/** `SELECT * EXCLUDE (a, b)`, `SELECT * EXCLUDE a`. */
function takeExclude(cursor: Cursor): void {
  if (!startsExclude(cursor)) return;
  cursor.next();
  const wrapped = cursor.takeOperator('(');
  cursor.list(() => parseName(cursor, cursor.expectLabel()));
  if (wrapped) cursor.expectOperator(')');
}

function parseInto(cursor: Cursor): SyntaxNode {
  const { start } = cursor.next();
  for (const word of ['temporary', 'temp', 'local', 'table']) cursor.takeWords(word);
  cursor.takeOperator('#');
  parseName(cursor, cursor.expectLabel());
  return { kind: 'into', start, children: [] };
}

function takeClause(cursor: Cursor, children: SyntaxNode[]): boolean {
  if (cursor.takeWords('group', 'by')) {
    if (!cursor.takeWords('all')) children.push(...cursor.list(() => parseGrouping(cursor)));
    return true;
  }
  if (cursor.takeWords('connect', 'by')) {
    cursor.takeWords('nocycle');
    children.push(parseExpression(cursor));
    return true;
  }
  const conditional =
    cursor.takeWords('where') ||
    cursor.takeWords('having') ||
    cursor.takeWords('qualify') ||
    cursor.takeWords('start', 'with');
  if (conditional) children.push(parseExpression(cursor));
  return conditional;
}

function parseGrouping(cursor: Cursor): SyntaxNode {
  cursor.takeWords('grouping', 'sets');
  return parseExpression(cursor);
}
