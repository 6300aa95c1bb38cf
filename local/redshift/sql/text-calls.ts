import { argument, replaceCall, type CallRule } from './function-call.ts';
import { findWord, isWord, type Span } from './spans.ts';

/** Path elements become a list: a macro has a fixed number of parameters. A last TRUE or FALSE is null_if_invalid. */
const jsonExtractPathText: CallRule = (rewriter, call) => {
  const last = call.args.at(-1);
  const flagged = last !== undefined && isWord(rewriter.tokens[last.lo], 'true', 'false') && last.hi - last.lo === 1;
  const path = call.args.slice(1, flagged ? -1 : undefined);
  const list = path.flatMap<string | Span>((part, index) => (index === 0 ? [part] : [',', part]));
  const lenient = flagged ? [',', last] : [', false'];
  return replaceCall(rewriter, call, 'rs_json_path(', argument(call, 0), ', [', ...list, ']', ...lenient, ')');
};

const charindex: CallRule = (rewriter, call) =>
  replaceCall(rewriter, call, 'strpos(', argument(call, 1), ',', argument(call, 0), ')');

const array: CallRule = (rewriter, call) =>
  replaceCall(rewriter, call, 'json_array(', { lo: call.at + 2, hi: call.close }, ')');

/** Of one argument; TRIM(BOTH ' ' FROM text) is the engine's own as well. */
const trim: CallRule = (rewriter, call) => {
  const [text] = call.args;
  if (text === undefined || call.args.length > 1) return undefined;
  const isPlain = findWord(rewriter.tokens, text, new Set(['from'])) === text.hi;
  return isPlain ? replaceCall(rewriter, call, 'rs_trim(', text, ')') : undefined;
};

export const TEXTS: readonly (readonly [string, CallRule])[] = [
  ['json_extract_path_text', jsonExtractPathText],
  ['charindex', charindex],
  ['array', array],
  ['trim', trim],
];
