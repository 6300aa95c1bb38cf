import { argument, replaceCall, type CallRule } from './function-call.ts';
import type { Span } from './spans.ts';

/** DECODE(x, search, result, ..., default); NULL equals NULL in it. */
const decode: CallRule = (rewriter, call) => {
  const subject = argument(call, 0);
  const rest = call.args.slice(1);
  const parts: (string | Span)[] = ['CASE'];
  for (let at = 0; at + 1 < rest.length; at += 2) {
    parts.push('WHEN', subject, 'IS NOT DISTINCT FROM', rest[at] ?? '', 'THEN', rest[at + 1] ?? '');
  }
  const fallback = rest.length % 2 === 1 ? rest.at(-1) : undefined;
  if (fallback !== undefined) parts.push('ELSE', fallback);
  return replaceCall(rewriter, call, ...parts, 'END');
};

const nvl2: CallRule = (rewriter, call) =>
  replaceCall(
    rewriter,
    call,
    'CASE WHEN',
    argument(call, 0),
    'IS NOT NULL THEN',
    argument(call, 1),
    'ELSE',
    argument(call, 2),
    'END',
  );

const convert: CallRule = (rewriter, call) =>
  call.args.length === 2
    ? replaceCall(rewriter, call, 'CAST(', argument(call, 1), 'AS', argument(call, 0), ')')
    : undefined;

const mod: CallRule = (rewriter, call) =>
  replaceCall(rewriter, call, '((', argument(call, 0), ') % rs_nonzero(', argument(call, 1), '))');

export const CONDITIONALS: readonly (readonly [string, CallRule])[] = [
  ['decode', decode],
  ['nvl2', nvl2],
  ['convert', convert],
  ['mod', mod],
];
