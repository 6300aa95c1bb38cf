import { SqlRefusal } from './refusals.ts';
import type { Token } from './tokens.ts';
import { RESERVED } from './words.ts';

/**
 * How deep productions may nest; a parenthesis costs two, a subquery up to four. Far beyond what people write, far below
 * what the call stack holds.
 */
export const MAX_NESTING = 250;

/** Reads tokens one way; the grammar never backtracks, so parsing is linear in the length of the statement. */
export class Cursor {
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    const end = tokens.at(-1);
    if (end?.kind !== 'end') throw new TypeError('the last token must be the end');
    this.#tokens = tokens;
    this.#end = end;
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? this.#end;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'word' && token.text === word;
  }

  isWordOf(words: ReadonlySet<string>, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'word' && words.has(token.text);
  }

  isOperator(operator: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'operator' && token.text === operator;
  }

  /** A quoted identifier, or a word that the grammar does not need for itself. */
  isName(ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'quoted' || (token.kind === 'word' && !RESERVED.has(token.text));
  }

  /** Takes the words when all of them stand here, else nothing. */
  takeWords(...words: readonly string[]): boolean {
    if (!words.every((word, ahead) => this.isWord(word, ahead))) return false;
    this.#at += words.length;
    return true;
  }

  takeWordOf(words: ReadonlySet<string>): boolean {
    if (!this.isWordOf(words)) return false;
    this.#at += 1;
    return true;
  }

  takeOperator(operator: string): boolean {
    if (!this.isOperator(operator)) return false;
    this.#at += 1;
    return true;
  }

  expectWord(word: string): void {
    if (!this.takeWords(word)) throw this.unexpected();
  }

  expectOperator(operator: string): void {
    if (!this.takeOperator(operator)) throw this.unexpected();
  }

  /** Any word or quoted identifier, reserved or not: what may follow AS or a dot. */
  expectLabel(): string {
    const token = this.peek();
    if (token.kind !== 'word' && token.kind !== 'quoted') throw this.unexpected();
    return this.next().text;
  }

  expectName(): string {
    if (!this.isName()) throw this.unexpected();
    return this.next().text;
  }

  /** Items separated by commas, at least one. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.takeOperator(',')) items.push(item());
    return items;
  }

  /** Runs a production one level deeper. @throws SqlRefusal SQL_TOO_DEEP beyond MAX_NESTING levels. */
  nested<T>(production: () => T): T {
    if (this.#depth >= MAX_NESTING) {
      throw new SqlRefusal(
        'SQL_TOO_DEEP',
        `The statement is nested more than ${MAX_NESTING} levels deep.`,
        this.peek().start,
      );
    }
    this.#depth += 1;
    const result = production();
    this.#depth -= 1;
    return result;
  }

  unexpected(): SqlRefusal {
    const token = this.peek();
    if (token.kind === 'end')
      return new SqlRefusal('SQL_SYNTAX_ERROR', 'Unexpected end of the statement.', token.start);
    const shown = Array.from(token.text).slice(0, 40).join('');
    return new SqlRefusal('SQL_SYNTAX_ERROR', `Syntax error at or near "${shown}".`, token.start);
  }
}
