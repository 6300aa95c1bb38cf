import type { Token } from './lexer.ts';
import { isOperator, isWord, splitAtCommas, type Span } from './spans.ts';
import { SqlError } from './sql-error.ts';
import { TokenReader } from './token-reader.ts';

/** A column and its new value; undefined: DEFAULT. */
export interface MergeValue {
  readonly column: string;
  readonly value: Span | undefined;
}

/** MERGE INTO target USING source [[AS] alias] ON ... WHEN MATCHED THEN ... WHEN NOT MATCHED THEN INSERT ... */
export interface MergeStatement {
  readonly target: Span;
  /** A table or view with its alias, or a query in brackets with one. */
  readonly source: Span;
  readonly condition: Span;
  /** Undefined: DELETE. */
  readonly update: readonly MergeValue[] | undefined;
  /** Undefined: all columns. */
  readonly insertColumns: readonly string[] | undefined;
  /** As many as there are columns. */
  readonly insert: readonly (Span | undefined)[];
}

/** `value` unless it is the word DEFAULT alone. */
const unlessDefault = (tokens: readonly Token[], value: Span): Span | undefined =>
  value.hi - value.lo === 1 && isWord(tokens[value.lo], 'default') ? undefined : value;

/** The next top-level WHEN: one inside of CASE does not count. */
function nextWhen(tokens: readonly Token[], lo: number): number {
  let depth = 0;
  for (let at = lo; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (isOperator(token, '(') || isWord(token, 'case')) depth += 1;
    else if (isOperator(token, ')') || isWord(token, 'end')) depth -= 1;
    else if (depth === 0 && isWord(token, 'when')) return at;
  }
  return tokens.length;
}

/** Equal predicates, joined by AND: Redshift takes nothing else. */
function checkCondition(tokens: readonly Token[], { lo, hi }: Span): void {
  const inner = tokens.slice(lo, hi);
  const conjuncts = inner.filter((token) => isWord(token, 'and')).length + 1;
  const equals = inner.filter((token) => isOperator(token, '=')).length;
  const other = inner.find(
    (token) => isWord(token, 'or', 'not', 'in', 'like', 'between', 'exists', 'is') || /^[<>!]/.test(token.text),
  );
  if (other === undefined && conjuncts === equals) return;
  const at = (other ?? tokens[lo])?.start ?? 0;
  throw new SqlError('0A000', 'MERGE takes only equal predicates between source and target in its ON clause', at + 1);
}

function sourceOf(reader: TokenReader): Span {
  const lo = reader.at;
  const isQuery = isOperator(reader.next, '(');
  if (isQuery) reader.brackets();
  else reader.relation();
  if (reader.takes('as') || isQuery || !isWord(reader.next, 'on')) reader.name();
  return { lo, hi: reader.at };
}

function assignments(reader: TokenReader, hi: number): MergeValue[] {
  const { tokens } = reader;
  const parts = splitAtCommas(tokens, { lo: reader.at, hi });
  return parts.map((part) => {
    const inner = new TokenReader(tokens, part.lo);
    const column = inner.name().value;
    if (!inner.takesOperator('=') || inner.at >= part.hi) throw inner.problem();
    return { column, value: unlessDefault(tokens, { lo: inner.at, hi: part.hi }) };
  });
}

function matched(reader: TokenReader): readonly MergeValue[] | undefined {
  reader.expect('when', 'matched', 'then');
  const isDelete = reader.takes('delete');
  if (!isDelete) reader.expect('update', 'set');
  const end = nextWhen(reader.tokens, reader.at);
  const update = isDelete ? undefined : assignments(reader, end);
  if (!isDelete) reader.at = end;
  return update;
}

function columnNames(reader: TokenReader): string[] {
  const { lo, hi } = reader.brackets();
  const inner = new TokenReader(reader.tokens, lo);
  const names = inner.list(() => inner.name().value);
  if (inner.at !== hi) throw inner.problem();
  return names;
}

/** Throws SqlError for what Redshift's grammar does not have: both WHEN clauses, in this order; no alias for the target. */
export function parseMerge(tokens: readonly Token[]): MergeStatement {
  const reader = new TokenReader(tokens);
  reader.expect('merge', 'into');
  const lo = reader.at;
  const named = reader.relation();
  const target = { lo, hi: reader.at };
  reader.expect('using');
  const sourceReader = new TokenReader(tokens, reader.at);
  const same = isOperator(reader.next, '(') ? undefined : sourceReader.relation();
  if (same?.name === named.name && same.schema === named.schema) {
    throw new SqlError('0A000', 'source and target of MERGE cannot be the same table', reader.position);
  }
  const source = sourceOf(reader);
  reader.expect('on');
  const when = nextWhen(tokens, reader.at);
  const duplicates = tokens.findIndex((token, at) => isWord(token, 'remove') && isWord(tokens[at + 1], 'duplicates'));
  if (duplicates >= 0) {
    const position = (tokens[duplicates]?.start ?? 0) + 1;
    throw new SqlError('0A000', 'REMOVE DUPLICATES is not supported by this engine', position);
  }
  const condition = { lo: reader.at, hi: when };
  checkCondition(tokens, condition);
  reader.at = when;
  const update = matched(reader);
  reader.expect('when', 'not', 'matched', 'then', 'insert');
  const insertColumns = isOperator(reader.next, '(') ? columnNames(reader) : undefined;
  reader.expect('values');
  const insert = splitAtCommas(tokens, reader.brackets()).map((value) => unlessDefault(tokens, value));
  reader.end();
  if (insertColumns !== undefined && insertColumns.length !== insert.length) {
    throw new SqlError('42601', 'INSERT has a different number of expressions and target columns');
  }
  return { target, source, condition, update, insertColumns, insert };
}
