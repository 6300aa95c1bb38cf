import { ColumnDelimiter } from '../../contract/formats.ts';
import type { LineEnding, LoadOptions } from '../../contract/load.ts';
import { DELIMITERS } from '../sql/delimiters.ts';
import { LoadRefused, shown } from './errors.ts';

export type CsvHeader = {
  readonly names: readonly string[];
  /** Undefined when the file ends within its header line. */
  readonly line_ending: LineEnding | undefined;
};

type Field = { readonly text: string; readonly quoted: boolean; readonly end: number };

/**
 * The header of a CSV file, from its first bytes (plain, UTF-8, with or without a byte order mark).
 * @param whole whether these are all bytes of the file
 * @throws LoadRefused FILE_EMPTY, FILE_FORMAT_MISMATCH
 */
export function readCsvHeader(
  file: number,
  head: Uint8Array,
  whole: boolean,
  options: Pick<LoadOptions, 'column_delimiter' | 'line_ending'>,
): CsvHeader {
  const text = textOf(file, head);
  if (text.trim() === '') throw new LoadRefused('FILE_EMPTY', `File ${file} is empty: it needs a header line.`);
  const delimiter = DELIMITERS[options.column_delimiter];
  const fields: Field[] = [];
  let at = 0;
  do {
    const field = fieldAt(text, at, delimiter);
    if (field === undefined || (field.end === text.length && !whole)) throw unfinished(file, field === undefined);
    if (field.end < text.length && !(text.startsWith(delimiter, field.end) || isBreak(text, field.end)))
      throw mismatch(
        file,
        `its header has a quote in the middle of a name, at character ${field.end + 1}: is it a CSV file with the delimiter ${options.column_delimiter}?`,
      );
    fields.push(field);
    at = field.end + delimiter.length;
  } while (text.startsWith(delimiter, at - delimiter.length));
  const end = at - delimiter.length;
  const header = { names: fields.map((field) => field.text), line_ending: lineEnding(file, text, end, whole) };
  check(file, header, fields, text.slice(0, end), options);
  return header;
}

const mismatch = (file: number, what: string): LoadRefused =>
  new LoadRefused('FILE_FORMAT_MISMATCH', `File ${file}: ${what}`);

const unfinished = (file: number, quote: boolean): LoadRefused =>
  mismatch(
    file,
    quote ? 'its header has a quote that is not closed.' : 'its header does not end within the first 64 KB.',
  );

/** The text of a head, whose last character may be cut. */
export function textOf(file: number, head: Uint8Array): string {
  const [first, second] = head;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw mismatch(file, 'it is UTF-16. Save it as UTF-8.');
  return new TextDecoder().decode(head, { stream: true });
}

const isBreak = (text: string, at: number): boolean => text[at] === '\n' || text[at] === '\r';

/** The field that starts here; undefined when its quote is not closed. */
function fieldAt(text: string, start: number, delimiter: string): Field | undefined {
  if (text[start] !== '"') {
    let end = start;
    while (end < text.length && text[end] !== '"' && !isBreak(text, end) && !text.startsWith(delimiter, end)) end += 1;
    return { text: text.slice(start, end), quoted: false, end };
  }
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] !== '"') continue;
    if (text[at + 1] === '"') at += 1;
    else return { text: text.slice(start + 1, at).replaceAll('""', '"'), quoted: true, end: at + 1 };
  }
  return undefined;
}

function lineEnding(file: number, text: string, at: number, whole: boolean): LineEnding | undefined {
  if (text[at] === '\n') return 'LF';
  if (text.startsWith('\r\n', at)) return 'CRLF';
  if (text[at] === '\r' && (at + 1 < text.length || whole))
    throw mismatch(file, 'its lines end with a carriage return alone. End them with LF or CRLF.');
  return undefined;
}

function check(
  file: number,
  header: CsvHeader,
  fields: readonly Field[],
  line: string,
  { line_ending: declared, column_delimiter: own }: Pick<LoadOptions, 'column_delimiter' | 'line_ending'>,
): void {
  if (line.includes('\0')) throw mismatch(file, 'it is a binary file, no CSV file.');
  if (line.includes('\ufffd')) throw mismatch(file, 'its header is not UTF-8. Save it as UTF-8.');
  if (declared !== undefined && header.line_ending !== undefined && header.line_ending !== declared)
    throw mismatch(
      file,
      `its header ends with ${header.line_ending}, but line_ending is ${declared}. Correct it or leave it out.`,
    );
  const [only, ...more] = fields;
  if (!only || more.length > 0 || only.quoted) return;
  const other = ColumnDelimiter.options.find((name) => name !== own && only.text.includes(DELIMITERS[name]));
  if (other !== undefined)
    throw mismatch(
      file,
      `its header ${shown(only.text)} is one column with the delimiter ${own}. Is column_delimiter ${other}?`,
    );
}
