import type { QueryValue, ResultColumn } from '../contract.ts';

/** null, text, number or boolean; bigint where it was asked for; JSON of a SUPER column. */
export type Value = QueryValue | bigint;

export interface ValueOptions {
  /**
   * What BIGINT becomes: `string` (default) and `bigint` lose nothing; `number` rounds beyond 2^53.
   * DECIMAL is always a text.
   */
  bigint?: 'string' | 'bigint' | 'number' | undefined;
}

/** Types whose values are JavaScript numbers without loss. */
const numbers: ReadonlySet<string> = new Set(['smallint', 'integer', 'real', 'double precision']);
/** Types whose values in JSON are numbers that JSON.parse would round. */
const exact: ReadonlySet<string> = new Set(['bigint', 'numeric']);

export const exactNames = (schema: readonly ResultColumn[]): ReadonlySet<string> =>
  new Set(schema.filter(({ type }) => exact.has(type)).map(({ name }) => name));

const wholes = {
  string: (text: string): Value => text,
  bigint: (text: string): Value => BigInt(text),
  number: (text: string): Value => Number(text),
};

/** NaN and the infinities are numbers too; what is no number at all stays the text that it is. */
function toNumber(text: string): Value {
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  if (/^-?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return /^nan$/i.test(text) ? value : text;
}

function toBoolean(text: string): Value {
  if (text === 't' || text === 'true') return true;
  return text === 'f' || text === 'false' ? false : text;
}

/** From the text of a column's value in CSV to the value. */
export function fromText(type: string, { bigint = 'string' }: ValueOptions): (text: string) => Value {
  if (numbers.has(type)) return toNumber;
  if (type === 'bigint') return wholes[bigint];
  if (type === 'boolean') return toBoolean;
  return wholes.string;
}

/** From a column's value in JSON, numbers of exact types being texts already. */
export function fromJson(type: string, { bigint = 'string' }: ValueOptions): (value: unknown) => Value {
  const convert = wholes[bigint];
  if (type === 'bigint') return (value) => (typeof value === 'string' ? convert(value) : (value as Value));
  // UNLOAD writes booleans as "t" and "f" in JSON too.
  if (type === 'boolean') return (value) => (typeof value === 'string' ? toBoolean(value) : (value as Value));
  // JSON.parse made it: text, number, boolean, null, list or object.
  return (value) => value as Value;
}
