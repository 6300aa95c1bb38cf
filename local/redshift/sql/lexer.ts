import { SqlError } from './sql-error.ts';

export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'parameter' | 'operator';

/**
 * One lexical element of Redshift SQL. `text` is the source text, `value` what it means: words and quoted names folded to
 * lower case, strings without quotes and with their escapes resolved, parameters without the colon. `start` and `end` are
 * offsets into the source (UTF-16 units, end exclusive).
 */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const WORD_START = /[A-Za-z_#\u0080-\uffff]/;
const WORD = /[A-Za-z0-9_$#\u0080-\uffff]*/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const OPERATORS = ['!~~*', '!~*', '!~~', '::', '||', '<=', '>=', '<>', '!=', '!~', '~*', '~~'];
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** Redshift, like PostgreSQL 8, resolves backslashes in every plain string literal. */
function readString(source: string, start: number): { value: string; end: number } {
  let value = '';
  let at = start + 1;
  while (at < source.length) {
    const char = source.charAt(at);
    const next = source.charAt(at + 1);
    if (char === "'" && next !== "'") return { value, end: at + 1 };
    if (char === "'") value += "'";
    else if (char === '\\' && next !== '') value += ESCAPES[next] ?? next;
    else value += char;
    at += char === "'" || (char === '\\' && next !== '') ? 2 : 1;
  }
  throw new SqlError('42601', `unterminated quoted string at or near "${source.slice(start)}"`, start + 1);
}

function readQuotedName(source: string, start: number): { value: string; end: number } {
  let value = '';
  let at = start + 1;
  while (at < source.length) {
    const char = source.charAt(at);
    if (char !== '"') value += char;
    else if (source.charAt(at + 1) === '"') value += '"';
    else return { value, end: at + 1 };
    at += char === '"' ? 2 : 1;
  }
  throw new SqlError('42601', `unterminated quoted identifier at or near "${source.slice(start)}"`, start + 1);
}

function skipBlanks(source: string, start: number): number {
  let at = start;
  while (at < source.length) {
    if (/\s/.test(source.charAt(at))) at += 1;
    else if (source.startsWith('--', at)) at = endOfLine(source, at);
    else if (source.startsWith('/*', at)) at = endOfComment(source, at);
    else return at;
  }
  return Math.min(at, source.length);
}

function endOfLine(source: string, start: number): number {
  const newline = source.indexOf('\n', start);
  return newline < 0 ? source.length : newline + 1;
}

function endOfComment(source: string, start: number): number {
  let depth = 1;
  let at = start + 2;
  while (at < source.length && depth > 0) {
    const nests = source.startsWith('/*', at);
    const closes = source.startsWith('*/', at);
    depth += nests ? 1 : closes ? -1 : 0;
    at += nests || closes ? 2 : 1;
  }
  if (depth > 0) throw new SqlError('42601', `unterminated /* comment at or near "${source.slice(start)}"`, start + 1);
  return at;
}

function match(pattern: RegExp, source: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0] ?? '';
}

function readToken(source: string, start: number): Token {
  const char = source.charAt(start);
  const token = (kind: TokenKind, end: number, value?: string): Token => {
    const text = source.slice(start, end);
    return { kind, text, value: value ?? text, start, end };
  };
  if (char === "'") {
    const { value, end } = readString(source, start);
    return token('string', end, value);
  }
  if (char === '"') {
    const { value, end } = readQuotedName(source, start);
    return token('quoted', end, value.toLowerCase());
  }
  if (char === '$') {
    const tag = match(/\$(?:[A-Za-z_][A-Za-z0-9_]*)?\$/y, source, start);
    if (tag !== '') return readDollarQuoted(source, start, tag);
    const number = match(/\$\d+/y, source, start);
    if (number !== '') return token('parameter', start + number.length, number.slice(1));
  }
  if (char === ':') {
    const name = match(/:[A-Za-z_][A-Za-z0-9_]*/y, source, start);
    if (name !== '') return token('parameter', start + name.length, name.slice(1));
  }
  const number = match(NUMBER, source, start);
  if (number !== '') return token('number', start + number.length);
  if (WORD_START.test(char)) {
    const end = start + 1 + match(WORD, source, start + 1).length;
    return token('word', end, source.slice(start, end).toLowerCase());
  }
  const operator = OPERATORS.find((candidate) => source.startsWith(candidate, start)) ?? char;
  return token('operator', start + operator.length);
}

function readDollarQuoted(source: string, start: number, tag: string): Token {
  const close = source.indexOf(tag, start + tag.length);
  if (close < 0) {
    throw new SqlError('42601', `unterminated dollar-quoted string at or near "${source.slice(start)}"`, start + 1);
  }
  const end = close + tag.length;
  return { kind: 'string', text: source.slice(start, end), value: source.slice(start + tag.length, close), start, end };
}

/** Splits Redshift SQL into tokens, without comments and blanks. Throws SqlError 42601 for what never closes. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = skipBlanks(source, 0);
  while (at < source.length) {
    const token = readToken(source, at);
    tokens.push(token);
    at = skipBlanks(source, token.end);
  }
  return tokens;
}
