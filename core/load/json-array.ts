import { LoadRefused } from './errors.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const MARK: readonly number[] = [0xef, 0xbb, 0xbf];
/** Deeper than people nest, and than COPY reads. */
const MAX_DEPTH = 1000;

type State = 'start' | 'first' | 'element' | 'after' | 'next' | 'end';

/**
 * Rewrites an outer array of JSON objects to one object a line, chunk by chunk. Works on bytes: whatever is structure in JSON is
 * ASCII, which is no part of a longer character of UTF-8, so chunks may be cut anywhere. Objects are told apart by their brackets
 * and strings alone; whether each is JSON through and through is for COPY to judge, row by row.
 */
export class JsonArraySplitter {
  readonly #file: number;
  #state: State = 'start';
  #seen = 0;
  #elements = 0;
  #closers: number[] = [];
  #inString = false;
  #escaped = false;

  constructor(file: number) {
    this.#file = file;
  }

  /** Objects so far, the last of them perhaps unfinished. */
  get elements(): number {
    return this.#elements;
  }

  /** The bytes that this chunk adds to the lines. @throws LoadRefused FILE_FORMAT_MISMATCH */
  push(chunk: Uint8Array): Uint8Array {
    // Each line feed that is added stands for a comma that is dropped, but for the last.
    const out = new Uint8Array(chunk.length + 1);
    let length = 0;
    for (const byte of chunk) {
      if (this.#state === 'element') {
        out[length++] = !this.#inString && (byte === LF || byte === CR) ? SPACE : byte;
        this.#inside(byte);
        if (this.#closers.length === 0) {
          out[length++] = LF;
          this.#state = 'after';
        }
      } else if (this.#between(byte)) out[length++] = byte;
      this.#seen += 1;
    }
    return out.subarray(0, length);
  }

  /** Call it when the file has ended. @throws LoadRefused FILE_FORMAT_MISMATCH, FILE_EMPTY */
  end(): void {
    if (this.#state !== 'end') throw this.#refusal('the array does not end: is the file cut off?');
    if (this.#elements === 0) throw new LoadRefused('FILE_EMPTY', `File ${this.#file} is an array of no objects.`);
  }

  /** Whether an object starts with this byte. */
  #between(byte: number): boolean {
    if (byte === SPACE || byte === LF || byte === CR || byte === TAB) return false;
    if (this.#state === 'start' && MARK[this.#seen] === byte) return false;
    switch (this.#state) {
      case 'start':
        if (byte !== OPEN_ARRAY) throw this.#refusal('it does not start with an array');
        this.#state = 'first';
        return false;
      case 'first':
      case 'next':
        if (byte === CLOSE_ARRAY && this.#state === 'first') {
          this.#state = 'end';
          return false;
        }
        if (byte !== OPEN_OBJECT) throw this.#refusal(`element ${this.#elements + 1} of the array is no object`);
        this.#elements += 1;
        this.#closers.push(CLOSE_OBJECT);
        this.#state = 'element';
        return true;
      case 'after':
        if (byte !== COMMA && byte !== CLOSE_ARRAY)
          throw this.#refusal(`a comma is missing behind element ${this.#elements} of the array`);
        this.#state = byte === COMMA ? 'next' : 'end';
        return false;
      case 'element':
      case 'end':
        throw this.#refusal('something follows the end of the array');
    }
  }

  #inside(byte: number): void {
    if (this.#inString) {
      if (byte < SPACE) throw this.#refusal(`element ${this.#elements} has a control character within a string`);
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return;
    }
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (this.#closers.length >= MAX_DEPTH) throw this.#refusal(`element ${this.#elements} is nested too deeply`);
      this.#closers.push(byte === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY);
    } else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && this.#closers.pop() !== byte)
      throw this.#refusal(`element ${this.#elements} closes a bracket that is not open`);
  }

  #refusal(what: string): LoadRefused {
    return new LoadRefused('FILE_FORMAT_MISMATCH', `File ${this.#file}: ${what} (byte ${this.#seen + 1}).`);
  }
}
