import type { Cursor } from './cursor.ts';
import { parseOperand } from './parse-operand.ts';
import { parseType } from './parse-type.ts';
import type { SyntaxNode } from './syntax-tree.ts';
import { EXPRESSION_PREFIXES } from './words.ts';

const BINARY: ReadonlySet<string> = new Set(
  '+ - * / % ^ < > = <= >= <> != || | & # ~ !~ ~* !~* ~~ ~~* !~~ !~~* << >>'.split(' '),
);
const PREFIX: ReadonlySet<string> = new Set(['+', '-', '~', '@', '|/', '||/', '!']);
const CONNECTIVES: ReadonlySet<string> = new Set(['and', 'or', 'like', 'ilike', 'escape', 'in', 'collate']);
const TRUTHS: ReadonlySet<string> = new Set(['null', 'true', 'false', 'unknown']);

/**
 * An expression as one flat node: operators are checked to stand between operands, not ranked, because what an operator
 * binds to changes nothing in what a query may touch. Flat also means that a chain of 50,000 operators nests nothing.
 */
export function parseExpression(cursor: Cursor): SyntaxNode {
  return cursor.nested(() => {
    const start = cursor.peek().start;
    const first = parsePrefixed(cursor);
    const children = [first];
    let operators = 0;
    for (;;) {
      if (cursor.takeOperator('::')) children.push({ kind: 'cast', start, children: [parseType(cursor)] });
      else if (takeInfix(cursor)) children.push(parsePrefixed(cursor));
      else if (!takeTest(cursor)) break;
      operators += 1;
    }
    return operators === 0 ? first : { kind: 'operation', start, children };
  });
}

/** Items of ORDER BY. */
export function parseOrder(cursor: Cursor): SyntaxNode {
  const { start } = cursor.peek();
  const children = cursor.list(() => {
    const item = parseExpression(cursor);
    if (!cursor.takeWords('asc')) cursor.takeWords('desc');
    if (cursor.takeWords('nulls') && !cursor.takeWords('first') && !cursor.takeWords('last')) throw cursor.unexpected();
    return item;
  });
  return { kind: 'order', start, children };
}

function parsePrefixed(cursor: Cursor): SyntaxNode {
  while (takePrefix(cursor));
  return parseOperand(cursor);
}

function takePrefix(cursor: Cursor): boolean {
  const { kind, text } = cursor.peek();
  const operator = kind === 'operator' && PREFIX.has(text);
  const not = cursor.isWord('not');
  const word = cursor.isWordOf(EXPRESSION_PREFIXES) && cursor.peek(1).kind === 'word' && cursor.isName(1);
  if (operator || not || word) cursor.next();
  return operator || not || word;
}

/** An operator that wants another operand on its right. */
function takeInfix(cursor: Cursor): boolean {
  const { kind, text } = cursor.peek();
  if (kind === 'operator' && BINARY.has(text)) {
    cursor.next();
    return true;
  }
  if (cursor.isWord('not') && cursor.peek(1).kind === 'word') {
    const negatable = ['like', 'ilike', 'in', 'between', 'similar'].some((word) => cursor.isWord(word, 1));
    if (!negatable) return false;
    cursor.next();
  }
  if (cursor.takeWords('between')) {
    if (!cursor.takeWords('symmetric')) cursor.takeWords('asymmetric');
    return true;
  }
  return (
    cursor.takeWordOf(CONNECTIVES) ||
    cursor.takeWords('similar', 'to') ||
    cursor.takeWords('at', 'time', 'zone') ||
    cursor.takeWords('is', 'distinct', 'from') ||
    cursor.takeWords('is', 'not', 'distinct', 'from')
  );
}

/** `IS [NOT] NULL` and its kin: complete without a further operand. */
function takeTest(cursor: Cursor): boolean {
  if (cursor.takeWords('isnull') || cursor.takeWords('notnull')) return true;
  if (!cursor.takeWords('is')) return false;
  cursor.takeWords('not');
  if (!cursor.takeWordOf(TRUTHS)) throw cursor.unexpected();
  return true;
}
