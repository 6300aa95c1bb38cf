import type { ColumnDelimiter, JobRecord, ResultColumn } from '../contract.ts';
import { clientError } from '../errors/spectra-error.ts';
import type { JobFile } from '../job/job-file.ts';
import type { Platform } from '../platform/platform.ts';
import { CsvReader } from './csv.ts';
import { exactNames, fromJson, fromText, type Value, type ValueOptions } from './values.ts';
import { keepDigits, LineReader, parseLine } from './json-lines.ts';
import { textOf } from './text-of.ts';

export type Row = Record<string, Value>;

export interface RowOptions extends ValueOptions {
  signal?: AbortSignal | undefined;
}

export const delimiters: Readonly<Record<ColumnDelimiter, string>> = {
  COMMA: ',',
  PIPE: '|',
  TAB: '\t',
  SEMICOLON: ';',
  CARET: '^',
  BACKQUOTE: '`',
};

/** A column may be called __proto__, which an assignment would not set. */
function setOwn(row: Row, name: string, value: Value): void {
  if (name === '__proto__')
    Object.defineProperty(row, name, { value, enumerable: true, writable: true, configurable: true });
  else row[name] = value;
}

type Format = Pick<JobRecord, 'content_type' | 'compression' | 'column_delimiter' | 'null_as'>;

/**
 * Rows of all files, one file after another, a list for each piece that comes: a promise for each row of each layer would cost more
 * than reading it. @throws SpectraError UNSUPPORTED_FORMAT before anything is read
 */
export async function* jobRows(
  job: Format,
  schema: readonly ResultColumn[],
  files: AsyncIterable<JobFile>,
  { platform, signal, ...options }: RowOptions & { platform: Platform },
): AsyncGenerator<Row[], void, undefined> {
  if (job.content_type === 'PARQUET') throw clientError('UNSUPPORTED_FORMAT', "Rows of PARQUET can't be streamed");
  for await (const file of files) {
    const text = textOf(file.stream({ signal }), job.compression, platform);
    yield* job.content_type === 'CSV' ? csvRows(text, job, schema, options) : jsonRows(text, schema, options);
  }
}

export async function* csvRows(
  text: AsyncIterable<string>,
  { column_delimiter, null_as = '' }: Pick<Format, 'column_delimiter' | 'null_as'>,
  schema: readonly ResultColumn[],
  options: ValueOptions,
): AsyncGenerator<Row[], void, undefined> {
  const reader = new CsvReader(delimiters[column_delimiter]);
  const types = new Map(schema.map(({ name, type }) => [name, type]));
  let columns: { name: string; convert: (text: string) => Value }[] | undefined;
  const rowsOf = (records: Iterable<string[]>): Row[] => {
    const rows: Row[] = [];
    for (const fields of records) {
      if (columns) rows.push(rowOf(columns, fields, null_as));
      else columns = fields.map((name) => ({ name, convert: fromText(types.get(name) ?? '', options) }));
    }
    return rows;
  };
  for await (const piece of text) yield rowsOf(reader.push(piece));
  yield rowsOf(reader.end());
}

function rowOf(
  columns: readonly { name: string; convert: (text: string) => Value }[],
  fields: readonly string[],
  nullAs: string,
): Row {
  if (fields.length !== columns.length)
    throw clientError(
      'UNREADABLE_ROWS',
      `A row of the CSV file has ${fields.length} fields instead of ${columns.length}`,
    );
  const row: Row = {};
  let index = 0;
  for (const { name, convert } of columns) {
    const field = fields[index++] ?? '';
    setOwn(row, name, field === nullAs ? null : convert(field));
  }
  return row;
}

async function* jsonRows(
  text: AsyncIterable<string>,
  schema: readonly ResultColumn[],
  options: ValueOptions,
): AsyncGenerator<Row[], void, undefined> {
  const reader = new LineReader();
  const exact = exactNames(schema);
  const columns = schema.map(({ name, type }) => ({ name, convert: fromJson(type, options) }));
  const ofLine = (line: string): Row => {
    const parsed = parseLine(exact.size === 0 ? line : keepDigits(line, exact));
    const row: Row = {};
    for (const { name, convert } of columns)
      setOwn(row, name, convert(Object.hasOwn(parsed, name) ? parsed[name] : null));
    return row;
  };
  for await (const piece of text) yield Array.from(reader.push(piece), ofLine);
  yield Array.from(reader.end(), ofLine);
}
