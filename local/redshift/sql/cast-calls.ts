import { replaceCall, type Call, type CallRule } from './function-call.ts';
import type { Rewriter, Rewritten } from './rewriter.ts';
import { findWord, isOperator, isWord, type Span } from './spans.ts';

/** What the engine reads text as more generously than Redshift, by the first word of the type. */
const FAMILIES: Readonly<Record<string, { readonly macro: string; readonly type: string }>> = {
  smallint: { macro: 'integer', type: 'SMALLINT' },
  int2: { macro: 'integer', type: 'SMALLINT' },
  integer: { macro: 'integer', type: 'INTEGER' },
  int: { macro: 'integer', type: 'INTEGER' },
  int4: { macro: 'integer', type: 'INTEGER' },
  bigint: { macro: 'integer', type: 'BIGINT' },
  int8: { macro: 'integer', type: 'BIGINT' },
  real: { macro: 'real', type: 'REAL' },
  float4: { macro: 'real', type: 'REAL' },
  float: { macro: 'float', type: 'DOUBLE' },
  float8: { macro: 'float', type: 'DOUBLE' },
  double: { macro: 'float', type: 'DOUBLE' },
  date: { macro: 'date', type: 'DATE' },
  timestamp: { macro: 'timestamp', type: 'TIMESTAMP' },
  timestamptz: { macro: 'timestamptz', type: 'TIMESTAMPTZ' },
};
const DECIMALS = ['decimal', 'numeric', 'dec'];
const TEXTS = ['varchar', 'char', 'character', 'nvarchar', 'nchar', 'bpchar'];
const MAX_BYTES = '65535';

/** `x AS type`: the value, and where the type begins. */
function parts(rewriter: Rewriter, call: Call): { readonly value: Span; readonly type: Span } {
  const as = findWord(rewriter.tokens, { lo: call.at + 2, hi: call.close }, new Set(['as']));
  return { value: { lo: call.at + 2, hi: as }, type: { lo: as + 1, hi: call.close } };
}

/** Text of a declared length is cut off there, in bytes. */
function cutText(rewriter: Rewriter, call: Call): Rewritten | undefined {
  const { tokens } = rewriter;
  const { value, type } = parts(rewriter, call);
  if (!isWord(tokens[type.lo], ...TEXTS)) return undefined;
  const open = isWord(tokens[type.lo + 1], 'varying') ? type.lo + 2 : type.lo + 1;
  const length = tokens[open + 1];
  if (!isOperator(tokens[open], '(') || length === undefined) return undefined;
  return replaceCall(rewriter, call, 'rs_cut(', value, `, ${isWord(length, 'max') ? MAX_BYTES : length.text})`);
}

/** DECIMAL alone is DECIMAL(18, 0), in the engine it has three digits more. */
const decimalType = (type: Span): string | Span => (type.hi - type.lo === 1 ? 'DECIMAL(18, 0)' : type);

/** NULL for what cannot be read; refused for the pairs of types that Redshift's documentation does not list. */
const tryCast: CallRule = (rewriter, call) => {
  const { value, type } = parts(rewriter, call);
  const word = rewriter.tokens[type.lo];
  if (word?.kind !== 'word') return undefined;
  if (isWord(word, 'boolean', 'bool')) return replaceCall(rewriter, call, 'rs_try_boolean(', value, ')');
  if (isWord(word, ...DECIMALS)) {
    return replaceCall(rewriter, call, 'TRY_CAST(rs_decimal_or_null(', value, ') AS', decimalType(type), ')');
  }
  const zoned = isWord(word, 'timestamp') && isWord(rewriter.tokens[type.lo + 1], 'with');
  const family = FAMILIES[zoned ? 'timestamptz' : word.value];
  if (family === undefined) return cutText(rewriter, call);
  return replaceCall(rewriter, call, `TRY_CAST(rs_${family.macro}_or_null(`, value, `) AS ${family.type})`);
};

/** Text that is no whole number is no integer, where the engine would round it. */
const cast: CallRule = (rewriter, call) => {
  const { value, type } = parts(rewriter, call);
  const word = rewriter.tokens[type.lo];
  const family = word?.kind === 'word' ? FAMILIES[word.value] : undefined;
  if (family?.macro !== 'integer') return cutText(rewriter, call);
  return replaceCall(rewriter, call, 'CAST(rs_integer_text(', value, `) AS ${family.type})`);
};

export const CASTS: readonly (readonly [string, CallRule])[] = [
  ['cast', cast],
  ['try_cast', tryCast],
];
