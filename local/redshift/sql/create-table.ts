import { randomUUID } from 'node:crypto';
import type { Token } from './lexer.ts';
import type { Piece } from './pieces.ts';
import { sqlName, type Rewriter } from './rewriter.ts';
import { closing, isOperator, isWord, splitAtCommas, type Span } from './spans.ts';

/** CREATE TABLE for DuckDB: the sequences its IDENTITY columns need, and the statement itself. */
export interface CreateTable {
  readonly sequences: readonly string[];
  readonly pieces: readonly Piece[];
}

const CONSTRAINTS = ['primary', 'unique', 'foreign', 'constraint'];

/** Skips a storage attribute (DISTSTYLE, DISTKEY, SORTKEY, ENCODE, BACKUP) at `at`; the same index if there is none. */
function skipAttribute(tokens: readonly Token[], at: number): number {
  const token = tokens[at];
  const bracketed = (from: number): number => (isOperator(tokens[from], '(') ? closing(tokens, from) + 1 : from);
  if (isWord(token, 'diststyle', 'encode', 'backup')) return at + 2;
  if (isWord(token, 'distkey')) return bracketed(at + 1);
  if (isWord(token, 'sortkey')) return isWord(tokens[at + 1], 'auto', 'none') ? at + 2 : bracketed(at + 1);
  if (isWord(token, 'compound', 'interleaved') && isWord(tokens[at + 1], 'sortkey')) return bracketed(at + 2);
  return at;
}

/** Skips a column constraint that Redshift records but does not enforce. */
function skipUnenforced(tokens: readonly Token[], at: number): number {
  if (isWord(tokens[at], 'unique')) return at + 1;
  if (!isWord(tokens[at], 'references')) return at;
  return isOperator(tokens[at + 2], '(') ? closing(tokens, at + 2) + 1 : at + 2;
}

interface Identity {
  readonly seed: string;
  readonly step: string;
  readonly next: number;
  /** Values may be given. */
  readonly byDefault: boolean;
}

function identity(tokens: readonly Token[], at: number): Identity | undefined {
  let open = at;
  const byDefault = isWord(tokens[at], 'generated');
  if (byDefault) while (open < tokens.length && !isWord(tokens[open], 'identity')) open += 1;
  if (!isWord(tokens[open], 'identity')) return undefined;
  if (!isOperator(tokens[open + 1], '(')) return { seed: '1', step: '1', next: open + 1, byDefault };
  const close = closing(tokens, open + 1);
  const [seed, step] = splitAtCommas(tokens, { lo: open + 2, hi: close }).map(({ lo, hi }) =>
    tokens
      .slice(lo, hi)
      .map(({ text }) => text)
      .join(''),
  );
  return { seed: seed ?? '1', step: step ?? '1', next: close + 1, byDefault };
}

interface Sequences {
  /** What to put before SEQUENCE. */
  readonly kind: 'TEMP ' | '';
  readonly statements: string[];
}

function column(rewriter: Rewriter, span: Span, sequences: Sequences): Piece[] {
  const { tokens } = rewriter;
  const pieces: Piece[] = [];
  const flush = (lo: number, hi: number): void => void pieces.push(...rewriter.rewrite({ lo, hi }));
  let lo = span.lo;
  let at = span.lo + 1;
  while (at < span.hi) {
    const skipped = skipUnenforced(tokens, skipAttribute(tokens, at));
    const source = tokens[at]?.start ?? 0;
    const counter = identity(tokens, at);
    const isKey = isWord(tokens[at], 'primary') && isWord(tokens[at + 1], 'key');
    const next = counter?.next ?? (isKey ? at + 2 : skipped);
    if (next === at) {
      at += 1;
      continue;
    }
    flush(lo, at);
    if (isKey) pieces.push({ text: 'NOT NULL', source });
    if (counter !== undefined) {
      const name = `rs_${counter.byDefault ? 'default_' : ''}identity_${randomUUID().replaceAll('-', '')}`;
      const minimum = counter.step.startsWith('-') ? 'MINVALUE -9223372036854775807 MAXVALUE 9223372036854775806' : '';
      const { kind, statements } = sequences;
      statements.push(
        `CREATE ${kind}SEQUENCE ${sqlName(name)} START ${counter.seed} INCREMENT ${counter.step} ${minimum}`,
      );
      pieces.push({ text: `DEFAULT nextval('${name}')`, source });
    }
    lo = next;
    at = next;
  }
  flush(lo, span.hi);
  return pieces;
}

function columns(rewriter: Rewriter, open: number, close: number, sequences: Sequences): Piece[] {
  const { tokens } = rewriter;
  const items = splitAtCommas(tokens, { lo: open + 1, hi: close }).filter(
    ({ lo }) => !isWord(tokens[lo], ...CONSTRAINTS),
  );
  const source = tokens[open]?.start ?? 0;
  const inner = items.flatMap((item, index) => {
    const pieces = column(rewriter, item, sequences);
    return index === 0 ? pieces : [{ text: ',', source: tokens[item.lo]?.start ?? 0 }, ...pieces];
  });
  return [{ text: '(', source }, ...inner, { text: ')', source }];
}

/**
 * CREATE TABLE with Redshift's storage attributes, IDENTITY and unenforced constraints taken out: PRIMARY KEY is NOT NULL,
 * UNIQUE and REFERENCES are nothing. `LIKE other` copies the columns; `AS query` passes.
 */
export function createTable(rewriter: Rewriter): CreateTable {
  const { tokens } = rewriter;
  const pieces: Piece[] = [];
  const word = (text: string, at: number): void => void pieces.push({ text, source: tokens[at]?.start ?? 0 });
  const isNamedSo = tokens.slice(0, 8).some((token) => token.value.startsWith('#'));
  const temporary = isNamedSo || tokens.slice(1, 3).some((token) => isWord(token, 'temp', 'temporary'));
  const sequences: Sequences = { kind: temporary ? 'TEMP ' : '', statements: [] };
  let at = 0;
  while (at < tokens.length) {
    const next = skipAttribute(tokens, at);
    if (next > at) at = next;
    else if (isWord(tokens[at], 'create') && isNamedSo && !isWord(tokens[at + 1], 'temp', 'temporary')) {
      word('CREATE TEMP', at);
      at += 1;
    } else if (isWord(tokens[at], 'as')) {
      pieces.push(...rewriter.rewrite({ lo: at, hi: tokens.length }));
      at = tokens.length;
    } else if (isOperator(tokens[at], '(')) {
      const close = closing(tokens, at);
      if (isWord(tokens[at + 1], 'like')) {
        word('AS SELECT * FROM', at);
        pieces.push(...rewriter.rewrite({ lo: at + 2, hi: likeEnd(tokens, at + 2, close) }));
        word('LIMIT 0', at);
      } else pieces.push(...columns(rewriter, at, close, sequences));
      at = close + 1;
    } else {
      pieces.push(...rewriter.rewrite({ lo: at, hi: at + 1 }));
      at += 1;
    }
  }
  return { sequences: sequences.statements, pieces };
}

function likeEnd(tokens: readonly Token[], lo: number, hi: number): number {
  const option = tokens.slice(lo, hi).findIndex((token) => isWord(token, 'including', 'excluding'));
  return option < 0 ? hi : lo + option;
}
