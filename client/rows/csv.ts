import { clientError } from '../errors/spectra-error.ts';

const QUOTE = '"';
/** Characters of one record; more is no CSV, but a quote that nobody closes. */
const longestRecord = 64 * 1024 * 1024;

/** Records of a CSV file, from text that comes in pieces. Quoted fields may hold delimiters, line breaks and doubled quotes. */
export class CsvReader {
  readonly #delimiter: string;
  /** What has come and is not a whole record yet. */
  #text = '';

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** @throws SpectraError UNREADABLE_ROWS */
  *push(piece: string): Generator<string[], void, undefined> {
    this.#text += piece;
    let start = 0;
    for (;;) {
      const found = this.#record(start, false);
      if (!found) break;
      start = found.end;
      yield found.fields;
    }
    this.#text = this.#text.slice(start);
    if (this.#text.length > longestRecord) throw clientError('UNREADABLE_ROWS', 'A record of the CSV file has no end');
  }

  /** What is left when all has come: a last line without a line break. @throws SpectraError UNREADABLE_ROWS */
  *end(): Generator<string[], void, undefined> {
    if (this.#text === '') return;
    const found = this.#record(0, true);
    if (!found) throw clientError('UNREADABLE_ROWS', 'The CSV file ends within a quoted field');
    yield found.fields;
  }

  /** The record that begins at `start`; undefined when it does not end in what has come. */
  #record(start: number, last: boolean): { fields: string[]; end: number } | undefined {
    const text = this.#text;
    const line = text.indexOf('\n', start);
    if (line < 0 && (!last || start >= text.length)) return undefined;
    const end = line < 0 ? text.length : line;
    const plain = text.slice(start, text[end - 1] === '\r' && end > start ? end - 1 : end);
    if (plain.includes(QUOTE)) return this.#quotedRecord(start, last);
    return { fields: plain.split(this.#delimiter), end: end + 1 };
  }

  #quotedRecord(start: number, last: boolean): { fields: string[]; end: number } | undefined {
    const text = this.#text;
    const fields: string[] = [];
    for (let at = start; ;) {
      const field = text[at] === QUOTE ? this.#quoted(at, last) : this.#plain(at, last);
      if (!field) return undefined;
      const { end } = field;
      fields.push(field.text);
      if (text[end] !== this.#delimiter) return { fields, end: text.startsWith('\r\n', end) ? end + 2 : end + 1 };
      at = end + 1;
    }
  }

  #plain(at: number, last: boolean): { text: string; end: number } | undefined {
    const text = this.#text;
    for (let end = at; end < text.length; end += 1) {
      const here = text[end];
      if (here === this.#delimiter || here === '\n' || text.startsWith('\r\n', end))
        return { text: text.slice(at, end), end };
    }
    return last ? { text: text.slice(at), end: text.length } : undefined;
  }

  #quoted(at: number, last: boolean): { text: string; end: number } | undefined {
    const text = this.#text;
    let value = '';
    for (let from = at + 1; ;) {
      const close = text.indexOf(QUOTE, from);
      if (close < 0) return undefined;
      value += text.slice(from, close);
      const next = text[close + 1];
      // Whether this quote is the first of two, or its line ends \r\n, is only known with what follows.
      if (!last && (next === undefined || (next === '\r' && text[close + 2] === undefined))) return undefined;
      if (next === QUOTE) {
        value += QUOTE;
        from = close + 2;
        continue;
      }
      const ends =
        next === undefined || next === this.#delimiter || next === '\n' || text.startsWith('\r\n', close + 1);
      if (!ends) throw clientError('UNREADABLE_ROWS', 'Something follows a closing quote of the CSV file');
      return { text: value, end: close + 1 };
    }
  }
}
