import { duplicateNames, foldName } from './column-names.ts';
import { textOf } from './csv-header.ts';
import { LoadRefused, shown } from './errors.ts';

export type JsonHead = {
  /** An array is to be rewritten to lines before COPY reads it: see json-array.ts. */
  readonly layout: 'lines' | 'array';
  /** Keys of the objects of the head, each once, as first written. */
  readonly names: readonly string[];
};

const mismatch = (file: number, what: string): LoadRefused =>
  new LoadRefused('FILE_FORMAT_MISMATCH', `File ${file}: ${what}`);

/**
 * What the first bytes of a JSON file (plain, UTF-8) show.
 * @param whole whether these are all bytes of the file
 * @throws LoadRefused FILE_EMPTY, FILE_FORMAT_MISMATCH, COLUMN_DUPLICATE
 */
export function readJsonHead(file: number, head: Uint8Array, whole: boolean): JsonHead {
  const text = textOf(file, head);
  const start = skipBlank(text, 0);
  if (start === text.length)
    throw new LoadRefused('FILE_EMPTY', `File ${file} is empty: it needs one object at least.`);
  const layout = text[start] === '[' ? 'array' : text[start] === '{' ? 'lines' : undefined;
  if (layout === undefined)
    throw mismatch(file, 'it is neither lines of JSON objects nor an array of them: it starts with another character.');
  const records = layout === 'array' ? arrayKeys(file, text, start + 1, whole) : lineKeys(file, text, whole);
  const names = new Map<string, string>();
  for (const keys of records) {
    const [twice] = duplicateNames(keys);
    if (twice !== undefined)
      throw new LoadRefused(
        'COLUMN_DUPLICATE',
        `File ${file}: an object has ${shown(twice)} twice, case not counted. Rename one.`,
      );
    for (const key of keys) if (!names.has(foldName(key))) names.set(foldName(key), key);
  }
  if (names.size === 0) throw mismatch(file, 'its objects have no keys.');
  return { layout, names: [...names.values()] };
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text[at] ?? '')) at += 1;
  return at;
}

/** The first line must be an object; others that are none are rejected one by one, later. */
function lineKeys(file: number, text: string, whole: boolean): string[][] {
  const lines = text.split('\n');
  const cut = whole ? undefined : lines.pop();
  const records = lines.filter((line) => line.trim() !== '').map((line) => line.trim());
  const [first] = records;
  if (first === undefined) return cut === undefined ? [] : [keysAt(cut, skipBlank(cut, 0)).keys];
  if (!isObject(first))
    throw mismatch(file, 'its first line is no JSON object. Write one object a line, or one array of objects.');
  return records.filter(isObject).map((line) => keysAt(line, 0).keys);
}

function isObject(line: string): boolean {
  if (!line.startsWith('{')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function arrayKeys(file: number, text: string, from: number, whole: boolean): string[][] {
  const records: string[][] = [];
  let at = skipBlank(text, from);
  if (text[at] === ']') throw new LoadRefused('FILE_EMPTY', `File ${file} is an array of no objects.`);
  while (at < text.length) {
    if (text[at] !== '{') throw mismatch(file, `element ${records.length + 1} of its array is no object.`);
    const { keys, end } = keysAt(text, at);
    records.push(keys);
    if (end === undefined) break;
    at = skipBlank(text, end);
    if (text[at] === ']') return records;
    if (at < text.length && text[at] !== ',')
      throw mismatch(file, `a comma is missing behind element ${records.length} of its array.`);
    at = skipBlank(text, at + 1);
  }
  if (whole) throw mismatch(file, 'its array does not end: is it cut off?');
  return records;
}

/** The keys of the object that starts at `start`, as far as it goes, and where it ends (undefined when it does not). */
function keysAt(text: string, start: number): { keys: string[]; end: number | undefined } {
  const keys: string[] = [];
  let depth = 0;
  let expectsKey = false;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      const end = stringEnd(text, at);
      if (end === undefined) break;
      if (depth === 1 && expectsKey) keys.push(unescaped(text.slice(at, end)));
      expectsKey = false;
      at = end - 1;
    } else if (char === '{' || char === '[') {
      depth += 1;
      expectsKey = depth === 1;
    } else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth === 0) return { keys, end: at + 1 };
    } else if (char === ',' && depth === 1) expectsKey = true;
  }
  return { keys, end: undefined };
}

function stringEnd(text: string, open: number): number | undefined {
  for (let at = open + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return undefined;
}

function unescaped(literal: string): string {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : literal;
  } catch {
    return literal;
  }
}
