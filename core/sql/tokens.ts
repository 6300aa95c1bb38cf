import { SqlRefusal } from './refusals.ts';

/**
 * One token. `text` is what Redshift should read: for a word its lower case, for a quoted identifier its content with
 * doubled quotes undone, for an operator or number itself, for a string the literal as it is re-emitted.
 */
export type Token = {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'operator' | 'parameter' | 'end';
  readonly text: string;
  /** 0-based UTF-16 offsets into the user's text. */
  readonly start: number;
  readonly end: number;
};

/** The tokens, and the text to run: comments blanked out, strings rewritten so that every reader sees the same ends. */
export type Scan = { readonly tokens: readonly Token[]; readonly text: string; readonly shifts: readonly Shift[] };

/** From this 0-based UTF-16 offset of the text on, what follows stands `by` further on than it did in the user's. */
export type Shift = { readonly from: number; readonly by: number };

const WORD_START = /[\p{L}_]/u;
const WORD = /[\p{L}\p{M}\p{N}_$]*/uy;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n\f]+/y;
const LINE_COMMENT = /--[^\r\n]*/y;
const DOLLAR_TAG = /\$(?:[\p{L}_][\p{L}\p{M}\p{N}_]*)?\$/uy;
const OPERATOR = /\|\|\/|!~~\*|!~~|!~\*|~~\*|::|<=|>=|<>|!=|\|\||\|\/|!~|~~|~\*|<<|>>|[()[\],.;+\-*/%^<>=~&|#!@]/y;
/** Everything but tab, line feed, form feed and carriage return: NUL ends text in C, the rest hides it from a reader. */
// eslint-disable-next-line no-control-regex -- finding control characters is the point
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f]/;
const UNPAIRED_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/**
 * Splits a statement into tokens as Redshift reads them: backslash escapes inside '...', block comments nest, a line
 * comment ends at CR or LF, $tag$...$tag$ is a string. The text it returns holds no comment, no dollar quote and no `\'`,
 * so a reader with other rules (no escapes, no nesting) finds the same token ends in it. Linear in the length.
 *
 * @throws SqlRefusal on characters and strings that no safe reading exists for.
 */
export function scan(sql: string): Scan {
  refuseDeniedCharacters(sql);
  const tokens: Token[] = [];
  const out: string[] = [];
  const shifts: Shift[] = [];
  let at = 0;
  let by = 0;
  while (at < sql.length) {
    const blank = blankAt(sql, at);
    if (blank > at) {
      out.push(sql.slice(at, blank).replace(/[^\r\n\t ]/g, ' '));
      at = blank;
      continue;
    }
    const token = tokenAt(sql, at);
    tokens.push(token.token);
    out.push(token.emit);
    at = token.token.end;
    const longer = token.emit.length - (at - token.token.start);
    if (longer === 0) continue;
    by += longer;
    shifts.push({ from: at + by, by });
  }
  tokens.push({ kind: 'end', text: '', start: sql.length, end: sql.length });
  return { tokens, text: out.join(''), shifts };
}

function refuseDeniedCharacters(sql: string): void {
  const control = CONTROL.exec(sql);
  if (control) {
    const code = control[0].charCodeAt(0).toString(16).padStart(4, '0').toUpperCase();
    throw new SqlRefusal(
      'SQL_CHARACTER_DENIED',
      `The statement contains the control character U+${code}.`,
      control.index,
    );
  }
  const surrogate = UNPAIRED_SURROGATE.exec(sql);
  if (surrogate) {
    throw new SqlRefusal('SQL_CHARACTER_DENIED', 'The statement contains an unpaired surrogate.', surrogate.index);
  }
}

function match(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0];
}

/** Where the white space or comment that starts at `at` ends; `at` itself when there is none. */
function blankAt(sql: string, at: number): number {
  if (sql.startsWith('/*', at)) return blockCommentEnd(sql, at);
  const blank = match(SPACE, sql, at) ?? match(LINE_COMMENT, sql, at);
  return at + (blank?.length ?? 0);
}

function blockCommentEnd(sql: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(sql); found; found = mark.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  throw new SqlRefusal('SQL_SYNTAX_ERROR', 'A comment is not closed.', start);
}

type Emitted = { token: Token; emit: string };

function tokenAt(sql: string, at: number): Emitted {
  const char = String.fromCodePoint(sql.codePointAt(at) ?? 0);
  if (char === "'") return stringAt(sql, at, at);
  if (char === '"') return quotedAt(sql, at);
  if (char === '$') return dollarAt(sql, at);
  if (char === '?') return plain('parameter', sql, at, '?');
  if (char === '@' || char === ':') {
    const variable = match(/(?:@@?|:)[\p{L}_][\p{L}\p{N}_]*/uy, sql, at);
    if (variable !== undefined) return plain('parameter', sql, at, variable);
  }
  const number = match(NUMBER, sql, at);
  if (number !== undefined) return plain('number', sql, at, number);
  if (WORD_START.test(char)) return wordAt(sql, at);
  const operator = match(OPERATOR, sql, at);
  if (operator !== undefined) return plain('operator', sql, at, operator);
  if (/[\p{Z}\p{Cf}]/u.test(char)) {
    const code = (sql.codePointAt(at) ?? 0).toString(16).padStart(4, '0').toUpperCase();
    throw new SqlRefusal('SQL_CHARACTER_DENIED', `The invisible character U+${code} stands outside of quotes.`, at);
  }
  throw new SqlRefusal('SQL_SYNTAX_ERROR', `Unexpected "${char}".`, at);
}

function plain(kind: Token['kind'], sql: string, at: number, raw: string): Emitted {
  const text = kind === 'word' ? raw.toLowerCase() : raw;
  return { token: { kind, text, start: at, end: at + raw.length }, emit: sql.slice(at, at + raw.length) };
}

function wordAt(sql: string, at: number): Emitted {
  const word = match(WORD, sql, at) ?? '';
  const end = at + word.length;
  const lower = word.toLowerCase();
  if (lower === 'u' && /^&['"]/.test(sql.slice(end, end + 2))) {
    throw new SqlRefusal(
      'SQL_STRING_AMBIGUOUS',
      'Strings and identifiers with Unicode escapes (U&) are not read alike.',
      at,
    );
  }
  if (sql[end] === "'" && /^[enbx]$/.test(lower)) {
    const literal = stringAt(sql, at, end);
    if (/[bx]/.test(lower) && sql.slice(end, literal.token.end).includes('\\')) {
      throw new SqlRefusal('SQL_STRING_AMBIGUOUS', 'A bit or hex string contains a backslash.', at);
    }
    return literal;
  }
  return plain('word', sql, at, word);
}

/** A '...' literal; `start` is where its prefix (e'', n'') stands, `quote` where the quote does. */
function stringAt(sql: string, start: number, quote: number): Emitted {
  const part = /[^'\\]*(?:\\[^]|''|'|$)/y;
  let at = quote + 1;
  let emit = sql.slice(start, at);
  for (;;) {
    const piece = match(part, sql, at) ?? '';
    at += piece.length;
    if (piece.endsWith("\\'")) emit += `${piece.slice(0, -2)}''`;
    else emit += piece;
    if (piece.endsWith("''") || /\\[^]$/.test(piece)) continue;
    if (piece.endsWith("'")) return { token: { kind: 'string', text: emit, start, end: at }, emit };
    throw new SqlRefusal('SQL_SYNTAX_ERROR', 'A string literal is not closed.', start);
  }
}

function quotedAt(sql: string, at: number): Emitted {
  const raw = match(/"(?:[^"]|"")*"/y, sql, at);
  if (raw === undefined) throw new SqlRefusal('SQL_SYNTAX_ERROR', 'A quoted identifier is not closed.', at);
  if (raw === '""') throw new SqlRefusal('SQL_SYNTAX_ERROR', 'A quoted identifier is empty.', at);
  const text = raw.slice(1, -1).replaceAll('""', '"');
  return { token: { kind: 'quoted', text, start: at, end: at + raw.length }, emit: raw };
}

function dollarAt(sql: string, at: number): Emitted {
  const tag = match(DOLLAR_TAG, sql, at);
  if (tag === undefined) return plain('parameter', sql, at, match(/\$[\p{L}\p{N}_]*/uy, sql, at) ?? '$');
  const close = sql.indexOf(tag, at + tag.length);
  if (close < 0) throw new SqlRefusal('SQL_SYNTAX_ERROR', `The string ${tag} is not closed.`, at);
  const content = sql.slice(at + tag.length, close);
  const literal = `'${content.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  const end = close + tag.length;
  // The space after the literal keeps a quote that follows it from being read as a doubled one.
  const emit = `${' '.repeat(tag.length - 1)}${literal} `.padEnd(end - at);
  return { token: { kind: 'string', text: literal, start: at, end }, emit };
}
