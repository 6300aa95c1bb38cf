import { AGGREGATES, approximate } from './aggregate-calls.ts';
import { CASTS } from './cast-calls.ts';
import { CONDITIONALS } from './conditional-calls.ts';
import { DATES } from './date-calls.ts';
import type { Call, CallRule } from './function-call.ts';
import { RENAMED_FUNCTIONS } from './renamed-functions.ts';
import { compose, type Rewriter, type Rewritten } from './rewriter.ts';
import { closing, isOperator, isWord, splitAtCommas } from './spans.ts';
import { TEXTS } from './text-calls.ts';

const CALLS: ReadonlyMap<string, CallRule> = new Map([...DATES, ...CONDITIONALS, ...AGGREGATES, ...TEXTS, ...CASTS]);

/** Calls of functions that DuckDB lacks, names otherwise, or means otherwise. */
export function functionRule(rewriter: Rewriter, at: number, limit: number): Rewritten | undefined {
  const { tokens } = rewriter;
  const name = tokens[at];
  if (name?.kind !== 'word' || isOperator(tokens[at - 1], '.')) return undefined;
  if (name.value === 'approximate') return approximate(rewriter, at, limit);
  if (!isOperator(tokens[at + 1], '(') || isWord(tokens[at - 1], 'table', 'into', 'view', 'with')) return undefined;
  const rule = CALLS.get(name.value);
  if (rule !== undefined) {
    const close = closing(tokens, at + 1);
    const call: Call = { name, at, close, args: splitAtCommas(tokens, { lo: at + 2, hi: close }), limit };
    return rule(rewriter, call);
  }
  const renamed = RENAMED_FUNCTIONS[name.value];
  return renamed === undefined ? undefined : { pieces: compose(rewriter, name, renamed), next: at + 1 };
}
