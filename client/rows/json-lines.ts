import { clientError } from '../errors/spectra-error.ts';
import { isObject } from '../http/is-object.ts';

const longestLine = 64 * 1024 * 1024;

/** Lines of text that comes in pieces, without empty ones. */
export class LineReader {
  #text = '';

  *push(piece: string): Generator<string, void, undefined> {
    const text = this.#text + piece;
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      if (end > start) yield text.slice(start, end);
      start = end + 1;
    }
    this.#text = text.slice(start);
    if (this.#text.length > longestLine) throw clientError('UNREADABLE_ROWS', 'A line of the JSON file has no end');
  }

  *end(): Generator<string, void, undefined> {
    if (this.#text !== '') yield this.#text;
    this.#text = '';
  }
}

const STRING = /"(?:[^"\\]|\\.)*"/y;
const NUMBER = /-?\d[\d.eE+-]*/y;

function matched(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** The same object with the numbers of these members as texts, digit by digit: JSON.parse would round them. */
export function keepDigits(line: string, names: ReadonlySet<string>): string {
  let out = '';
  let copied = 0;
  let depth = 0;
  let name: string | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const here = line[at];
    if (here === '"') {
      const string = matched(STRING, line, at);
      if (string === '') return line;
      if (depth === 1 && name === undefined) name = nameOf(string);
      at += string.length - 1;
    } else if (here === '{' || here === '[') depth += 1;
    else if (here === '}' || here === ']') depth -= 1;
    else if (here === ',' && depth === 1) name = undefined;
    else if (depth === 1 && name !== undefined && names.has(name)) {
      const number = matched(NUMBER, line, at);
      if (number === '') continue;
      out += `${line.slice(copied, at)}"${number}"`;
      at += number.length - 1;
      copied = at + 1;
    }
  }
  return copied === 0 ? line : out + line.slice(copied);
}

function nameOf(string: string): string | undefined {
  if (!string.includes('\\')) return string.slice(1, -1);
  try {
    const name: unknown = JSON.parse(string);
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}

/** @throws SpectraError UNREADABLE_ROWS */
export function parseLine(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value)) return value;
  } catch (cause) {
    throw clientError('UNREADABLE_ROWS', 'A line of the file is not JSON', { cause });
  }
  throw clientError('UNREADABLE_ROWS', 'A line of the file is not a JSON object');
}
