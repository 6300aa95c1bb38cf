import { argument, replaceCall, trailing, type Call, type CallRule } from './function-call.ts';
import { compose, type Rewriter, type Rewritten } from './rewriter.ts';
import { closing, isOperator, isWord, type Span } from './spans.ts';

/** AVG of integers is an integer in Redshift; SUM / COUNT has that type, and is a double for everything else. */
const avg: CallRule = (rewriter, call) => {
  const inside: Span = { lo: call.at + 2, hi: call.close };
  const over = trailing(rewriter, call.close + 1, call.limit);
  const pieces = compose(
    rewriter,
    call.name,
    '(sum(',
    inside,
    ')',
    over,
    '/ nullif(count(',
    inside,
    ')',
    over,
    ', 0))',
  );
  return { pieces, next: over.hi };
};

const ratioToReport: CallRule = (rewriter, call) => {
  const value = argument(call, 0);
  const over = trailing(rewriter, call.close + 1, call.limit);
  const pieces = compose(rewriter, call.name, '(CAST(', value, 'AS DOUBLE) / nullif(sum(', value, ')', over, ', 0))');
  return { pieces, next: over.hi };
};

/** `WITHIN GROUP (ORDER BY ...)`: what is inside of the brackets, and the index behind them. */
function withinGroup(rewriter: Rewriter, call: Call): { readonly order: Span; readonly next: number } | undefined {
  const { tokens } = rewriter;
  if (!isWord(tokens[call.close + 1], 'within') || !isWord(tokens[call.close + 2], 'group')) return undefined;
  if (!isOperator(tokens[call.close + 3], '(')) return undefined;
  const close = closing(tokens, call.close + 3);
  return { order: { lo: call.close + 4, hi: close }, next: close + 1 };
}

const listagg: CallRule = (rewriter, call) => {
  const group = withinGroup(rewriter, call);
  const value = argument(call, 0);
  const distinct = isWord(rewriter.tokens[value.lo], 'distinct');
  const bare: Span = distinct ? { lo: value.lo + 1, hi: value.hi } : value;
  const over = trailing(rewriter, group?.next ?? call.close + 1, call.limit);
  const pieces = compose(
    rewriter,
    call.name,
    distinct ? 'string_agg(DISTINCT CAST(' : 'string_agg(CAST(',
    bare,
    'AS VARCHAR),',
    call.args[1] ?? "''",
    ...(group === undefined ? [] : distinct ? distinctOrder(rewriter, bare, group.order) : [group.order]),
    ')',
    over,
  );
  return { pieces, next: over.hi };
};

/** With DISTINCT the engine only orders by the very expression that it aggregates, cast included. */
function distinctOrder(rewriter: Rewriter, value: Span, order: Span): (string | Span)[] {
  const descending = isWord(rewriter.tokens[order.hi - 1], 'desc');
  return ['ORDER BY CAST(', value, `AS VARCHAR) ${descending ? 'DESC' : 'ASC'}`];
}

const percentile =
  (quantile: string): CallRule =>
  (rewriter, call) => {
    const group = withinGroup(rewriter, call);
    if (group === undefined) return undefined;
    const { tokens } = rewriter;
    const descending = isWord(tokens[group.order.hi - 1], 'desc');
    const directed = descending || isWord(tokens[group.order.hi - 1], 'asc');
    const value: Span = { lo: group.order.lo + 2, hi: directed ? group.order.hi - 1 : group.order.hi };
    const over = trailing(rewriter, group.next, call.limit);
    if (over.lo === over.hi) return undefined;
    const fraction = descending ? ['1 -', argument(call, 0)] : [argument(call, 0)];
    return { pieces: compose(rewriter, call.name, `${quantile}(`, value, ',', ...fraction, ')', over), next: over.hi };
  };

/** `APPROXIMATE COUNT(DISTINCT x)`; before another aggregate the word changes nothing. */
export function approximate(rewriter: Rewriter, at: number, limit: number): Rewritten | undefined {
  const { tokens } = rewriter;
  const word = tokens[at];
  if (word === undefined || at + 2 >= limit || !isOperator(tokens[at + 2], '(')) return undefined;
  if (isWord(tokens[at + 1], 'count') && isWord(tokens[at + 3], 'distinct')) {
    const close = closing(tokens, at + 2);
    return {
      pieces: compose(rewriter, word, 'approx_count_distinct(', { lo: at + 4, hi: close }, ')'),
      next: close + 1,
    };
  }
  return isWord(tokens[at + 1], 'percentile_disc') ? { pieces: [], next: at + 1 } : undefined;
}

/** Whether the nearest clause that the call is in lists relations. */
function isRelation({ tokens }: Rewriter, call: number): boolean {
  let depth = 0;
  for (let at = call - 1; at >= 0; at -= 1) {
    const token = tokens[at];
    if (isOperator(token, ')')) depth += 1;
    else if (isOperator(token, '(')) depth -= 1;
    else if (depth === 0 && isWord(token, 'from', 'join')) return true;
    else if (depth === 0 && isWord(token, 'select', 'where', 'on')) return false;
    if (depth < 0) return false;
  }
  return false;
}

/** In a select list it returns rows; as a table the engine has it. */
const generateSeries: CallRule = (rewriter, call) => {
  if (isRelation(rewriter, call.at)) return undefined;
  return replaceCall(rewriter, call, 'unnest(generate_series(', { lo: call.at + 2, hi: call.close }, '))');
};

export const AGGREGATES: readonly (readonly [string, CallRule])[] = [
  ['avg', avg],
  ['ratio_to_report', ratioToReport],
  ['listagg', listagg],
  ['percentile_cont', percentile('quantile_cont')],
  ['percentile_disc', percentile('quantile_disc')],
  ['generate_series', generateSeries],
];
