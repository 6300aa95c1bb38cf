import { Cursor } from '../sql/cursor.ts';
import { parseExpression } from '../sql/parse-expression.ts';
import { fold, judgeFunction, judgeType } from '../sql/policy.ts';
import { ProblemError } from '../problem-error.ts';
import { SQL_REFUSALS, SqlRefusal, type SqlRefusalCode } from '../sql/refusals.ts';
import type { NamedKind, NamedNode, PlainKind, SyntaxNode } from '../sql/syntax-tree.ts';
import { scan, type Token } from '../sql/tokens.ts';

/** Why a transform is refused, beside the codes of SQL_REFUSALS. */
export const TRANSFORM_REFUSALS = {
  TRANSFORM_NOT_SCALAR: {
    title: 'The transform is not one scalar expression',
    hint: 'Use functions and operators on columns of the file, by their bare names: no subquery, aggregate or window function.',
  },
} as const satisfies Record<string, { title: string; hint: string }>;
export type TransformRefusalCode = SqlRefusalCode | keyof typeof TRANSFORM_REFUSALS;

/** A judged expression: text to run, with the columns it reads in between. */
export type Transform = {
  /** Each column once, as first written. */
  readonly columns: readonly string[];
  readonly parts: readonly (string | { readonly column: string })[];
};

export type TransformVerdict =
  | { readonly verdict: 'accepted'; readonly transform: Transform }
  | {
      readonly verdict: 'refused';
      readonly code: TransformRefusalCode;
      readonly message: string;
      readonly hint: string;
      /** 1-based character of the transform. */
      readonly position?: number;
    };

class NotScalar extends Error {
  readonly index: number;
  constructor(message: string, index: number) {
    super(message);
    this.index = index;
  }
}

const NOT_SCALAR = 'TRANSFORM_NOT_SCALAR';

/** Exhaustive: a node kind that is new in the grammar does not compile until it is judged here. */
const POLICY: Readonly<Record<PlainKind | NamedKind | 'query', 'allowed' | TransformRefusalCode>> = {
  alias: NOT_SCALAR,
  call: 'allowed',
  case: 'allowed',
  cast: 'allowed',
  column: 'allowed',
  cte: NOT_SCALAR,
  derived: NOT_SCALAR,
  file: NOT_SCALAR,
  into: NOT_SCALAR,
  join: NOT_SCALAR,
  literal: 'allowed',
  lock: NOT_SCALAR,
  operation: 'allowed',
  order: NOT_SCALAR,
  parameter: 'SQL_PARAMETER',
  pivot: NOT_SCALAR,
  query: NOT_SCALAR,
  row: 'allowed',
  select: NOT_SCALAR,
  star: NOT_SCALAR,
  subscript: NOT_SCALAR,
  table: NOT_SCALAR,
  'table-function': NOT_SCALAR,
  'table-parameter': 'SQL_PARAMETER',
  type: 'allowed',
  values: NOT_SCALAR,
  window: NOT_SCALAR,
};

const AGGREGATES: ReadonlySet<string> = new Set(
  `any_value approximate_percentile_disc array_agg avg bit_and bit_or bool_and bool_or corr count count_if cume_dist
  dense_rank every first_value group_concat grouping grouping_id hll hll_combine hll_create_sketch lag last_value lead
  listagg max median min nth_value ntile object_agg percent_rank percentile_cont percentile_disc rank ratio_to_report
  row_number stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance generate_series unnest`.split(
    /\s+/,
  ),
);

/** Their first argument may be a bare word that is no column: `dateadd(month, 1, day)`. */
const TAKES_DATE_PART: ReadonlySet<string> = new Set(
  'date_add date_diff date_part date_part_year dateadd datediff extract timestampadd timestampdiff'.split(' '),
);
const DATE_PART =
  /^(?:millenni(?:um|a)|mil|mils|centur(?:y|ies)|c|cent|cents|decades?|dec|decs|epoch|years?|y|yr|yrs|quarters?|qtrs?|months?|mon|mons|weeks?|w|dayofweek|dow|dw|weekday|dayofyear|doy|dy|yearday|days?|d|hours?|h|hr|hrs|minutes?|m|min|mins|seconds?|s|sec|secs|milliseconds?|ms|msec|msecs|msecond|microseconds?|us|usec|usecs|usecond|timezone(?:_hour|_minute)?)$/;
/** Words that are values of their own, without parentheses. They stay what they are unless they are quoted. */
const VALUE_WORDS: ReadonlySet<string> = new Set([
  'current_date',
  'current_time',
  'current_timestamp',
  'localtime',
  'localtimestamp',
  'sysdate',
]);

/** Judges the transform of a mapping: one scalar expression that reads nothing but columns of its row. Pure, never throws. */
export function judgeTransform(sql: string): TransformVerdict {
  try {
    return { verdict: 'accepted', transform: acceptOrThrow(sql) };
  } catch (error) {
    if (error instanceof SqlRefusal)
      return refused(sql, error.code, error.message, SQL_REFUSALS[error.code].hint, error.index);
    if (error instanceof NotScalar)
      return refused(sql, NOT_SCALAR, error.message, TRANSFORM_REFUSALS[NOT_SCALAR].hint, error.index);
    throw error;
  }
}

function refused(sql: string, code: TransformRefusalCode, message: string, hint: string, index?: number) {
  const position = index === undefined ? {} : { position: Array.from(sql.slice(0, index)).length + 1 };
  return { verdict: 'refused', code, message, hint, ...position } as const;
}

function acceptOrThrow(sql: string): Transform {
  const { tokens, emitted } = scanned(sql);
  if (tokens.length === 1) throw new SqlRefusal('SQL_EMPTY', 'The transform is empty.');
  refuseLabels(tokens);
  const cursor = new Cursor(tokens);
  const root = parseExpression(cursor);
  if (cursor.peek().kind !== 'end') throw cursor.unexpected();
  const columns = new Set<number>();
  judge(root, tokens, columns);
  return assemble(tokens, emitted, columns);
}

/** The tokens, and what each is re-emitted as with the white space before it. */
function scanned(sql: string): { tokens: readonly Token[]; emitted: readonly string[] } {
  const { tokens, text, shifts } = scan(sql);
  const moved = (at: number): number => at + (shifts.findLast(({ from, by }) => from - by <= at)?.by ?? 0);
  let from = 0;
  const emitted = tokens.map(({ end }) => {
    const piece = text.slice(from, moved(end));
    from = moved(end);
    return piece;
  });
  return { tokens, emitted };
}

/** `(a AS b)` names a part of a query; only a cast has an AS here. */
function refuseLabels(tokens: readonly Token[]): void {
  const opens: boolean[] = [];
  tokens.forEach((token, index) => {
    const before = tokens[index - 1];
    if (token.kind === 'operator' && token.text === '(')
      opens.push(before?.kind === 'word' && (before.text === 'cast' || before.text === 'try_cast'));
    else if (token.kind === 'operator' && token.text === ')') opens.pop();
    else if (token.kind === 'word' && token.text === 'as' && opens.at(-1) !== true)
      throw new NotScalar('AS stands outside of a cast.', token.start);
  });
}

/** Recursion is safe: the parser has bounded the depth. Adds where columns start. */
function judge(node: SyntaxNode, tokens: readonly Token[], columns: Set<number>): void {
  const policy = POLICY[node.kind];
  if (policy === NOT_SCALAR) throw new NotScalar(`A ${node.kind} has no place in a transform.`, node.start);
  if (policy !== 'allowed') throw new SqlRefusal(policy, `${SQL_REFUSALS[policy].title}.`, node.start);
  if (node.kind === 'call') judgeCall(node);
  if (node.kind === 'type') refuseCode(judgeType(node.name), node);
  if (node.kind === 'column') {
    if (node.name.length !== 1)
      throw new NotScalar(`${node.name.join('.').slice(0, 120)} is no bare name of a column.`, node.start);
    if (!isValueWord(node, tokens)) columns.add(node.start);
  }
  const [first, ...rest] = node.children;
  if (first && !isDatePart(node, first, tokens)) judge(first, tokens, columns);
  for (const child of rest) judge(child, tokens, columns);
}

function judgeCall(node: NamedNode): void {
  refuseCode(judgeFunction(node.name, new Set()), node);
  if (node.name.length === 1 && AGGREGATES.has(fold(node.name[0] ?? '')))
    throw new NotScalar(`${node.name[0] ?? ''} works on many rows.`, node.start);
}

function refuseCode(code: SqlRefusalCode | undefined, node: NamedNode): void {
  if (code)
    throw new SqlRefusal(code, `${SQL_REFUSALS[code].title}: ${node.name.join('.').slice(0, 120)}.`, node.start);
}

const tokenAt = (tokens: readonly Token[], start: number): Token | undefined =>
  tokens.find((token) => token.start === start);

function isValueWord(node: NamedNode, tokens: readonly Token[]): boolean {
  return VALUE_WORDS.has(node.name[0] ?? '') && tokenAt(tokens, node.start)?.kind === 'word';
}

function isDatePart(call: SyntaxNode, first: SyntaxNode, tokens: readonly Token[]): boolean {
  if (call.kind !== 'call' || call.name.length !== 1 || !TAKES_DATE_PART.has(call.name[0] ?? '')) return false;
  if (first.kind !== 'column' || first.name.length !== 1 || !DATE_PART.test(first.name[0] ?? '')) return false;
  return tokenAt(tokens, first.start)?.kind === 'word';
}

function assemble(tokens: readonly Token[], emitted: readonly string[], columns: ReadonlySet<number>): Transform {
  const parts: (string | { column: string })[] = [];
  const names = new Map<string, string>();
  let text = '';
  tokens.forEach((token, index) => {
    const piece = emitted[index] ?? '';
    if (!columns.has(token.start) || token.kind === 'end') {
      text += piece;
      return;
    }
    const blank = /^\s*/.exec(piece)?.[0] ?? '';
    if (text + blank !== '') parts.push(text + blank);
    text = '';
    parts.push({ column: token.text });
    if (!names.has(token.text.toLowerCase())) names.set(token.text.toLowerCase(), token.text);
  });
  if (text.trimEnd() !== '') parts.push(text.trimEnd());
  return { columns: [...names.values()], parts };
}

/** The expression with each column replaced by what stands for it. */
export const emitTransform = ({ parts }: Transform, column: (name: string) => string): string =>
  parts
    .map((part) => (typeof part === 'string' ? part : column(part.column)))
    .join('')
    .trim();

/** The judged transforms of a request, one for each mapping. @throws ProblemError QUERY_REFUSED, with a pointer to the mapping. */
export function judgeTransforms(mappings: readonly { readonly transform?: string | undefined }[]) {
  return mappings.map(({ transform: sql }, index): Transform | undefined => {
    if (sql === undefined) return undefined;
    const judged = judgeTransform(sql);
    if (judged.verdict === 'accepted') return judged.transform;
    const { code, message, hint, position } = judged;
    throw new ProblemError('QUERY_REFUSED', message, {
      hint,
      reason: code,
      ...(position === undefined ? {} : { position }),
      errors: [{ pointer: `/column_mappings/${index}/transform`, message }],
    });
  });
}
