import type { Token } from './lexer.ts';
import { closing, isOperator, isWord, type Span } from './spans.ts';
import { syntaxErrorAtEnd, syntaxErrorNear, type SqlError } from './sql-error.ts';

/** Reads a statement's tokens from left to right. What does not fit is a syntax error at its place. */
export class TokenReader {
  readonly tokens: readonly Token[];
  at: number;

  constructor(tokens: readonly Token[], at = 0) {
    this.tokens = tokens;
    this.at = at;
  }

  get next(): Token | undefined {
    return this.tokens[this.at];
  }

  get atEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  /** 1-based character of the next token. */
  get position(): number {
    return (this.next?.start ?? this.tokens.at(-1)?.end ?? 0) + 1;
  }

  problem(): SqlError {
    return this.next === undefined ? syntaxErrorAtEnd(this.position) : syntaxErrorNear(this.next.text, this.position);
  }

  /** Whether these words come next, one after the other. */
  sees(...words: readonly string[]): boolean {
    return words.every((word, index) => isWord(this.tokens[this.at + index], word));
  }

  /** Goes past the words if all of them come next. */
  takes(...words: readonly string[]): boolean {
    const seen = this.sees(...words);
    if (seen) this.at += words.length;
    return seen;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.takes(word)) throw this.problem();
  }

  takesOperator(text: string): boolean {
    const seen = isOperator(this.next, text);
    if (seen) this.at += 1;
    return seen;
  }

  word(): Token {
    const token = this.next;
    if (token?.kind !== 'word') throw this.problem();
    this.at += 1;
    return token;
  }

  string(): string {
    const token = this.next;
    if (token?.kind !== 'string') throw this.problem();
    this.at += 1;
    return token.value;
  }

  /** A name of the catalog, in lower case as Redshift folds it. */
  name(): Token {
    const token = this.next;
    if (token?.kind !== 'word' && token?.kind !== 'quoted') throw this.problem();
    this.at += 1;
    return token;
  }

  /** `table` or `schema.table`. */
  relation(): { readonly schema: string; readonly name: string } {
    const first = this.name().value;
    return this.takesOperator('.') ? { schema: first, name: this.name().value } : { schema: '', name: first };
  }

  /** What is inside of the brackets that come next. */
  brackets(): Span {
    if (!isOperator(this.next, '(')) throw this.problem();
    const close = closing(this.tokens, this.at);
    const inside = { lo: this.at + 1, hi: close };
    this.at = close + 1;
    return inside;
  }

  /** One or more of something, with commas between. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.takesOperator(',')) items.push(item());
    return items;
  }

  end(): void {
    if (!this.atEnd) throw this.problem();
  }
}
