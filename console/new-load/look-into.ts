import { isObject } from '../../client/http/is-object.ts';
import { CsvReader } from '../../client/rows/csv.ts';
import type { ColumnDelimiter } from '../../contract/formats.ts';
import { LoadRefused } from '../../core/load/errors.ts';
import { checkMagic } from '../../core/load/magic.ts';
import { typeText } from '../../core/load/redshift-type.ts';
import { HEAD_BYTES, parquetSource, type SourceFile, textSource } from '../../core/load/source.ts';
import { DELIMITERS } from '../../core/sql/delimiters.ts';
import type { Format } from './guess.ts';

/** A column of the file; a type where the file itself has one. */
export interface SeenColumn {
  name: string;
  type?: string;
}

/** What a file shows before it is sent. */
export type Seen =
  | { kind: 'seen'; columns: readonly SeenColumn[]; rows: readonly Record<string, unknown>[] }
  /** This page can't read such files; the service can. */
  | { kind: 'unseen'; why: string }
  /** The service would refuse it for this. */
  | { kind: 'refused'; message: string };

/** What is known of a file, or said of it. */
export type Dialect = Format & { column_delimiter: ColumnDelimiter };

const mostRows = 20;

/** The first bytes of a file, decompressed where it is GZIP. */
export async function readHead(file: Blob, compression: Format['compression']): Promise<TextPart> {
  if (compression !== 'GZIP')
    return { bytes: await bytesOf(file.slice(0, HEAD_BYTES)), whole: file.size <= HEAD_BYTES };
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const bytes = new Uint8Array(HEAD_BYTES);
  let filled = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { bytes: bytes.subarray(0, filled), whole: true };
      const part = value.subarray(0, HEAD_BYTES - filled);
      bytes.set(part, filled);
      filled += part.length;
      if (part.length < value.length) return { bytes, whole: false };
    }
  } finally {
    // A stream that has failed has said so already.
    await reader.cancel().catch(() => undefined);
  }
}

interface TextPart {
  bytes: Uint8Array;
  /** These are all bytes of the file. */
  whole: boolean;
}

const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());

/** Columns and first rows of a file, by the rules of the service; nothing leaves the page. */
export async function lookInto(file: Blob, dialect: Dialect): Promise<Seen> {
  const { content_type, compression } = dialect;
  try {
    checkMagic(1, await bytesOf(file.slice(0, 16)), dialect);
    if (content_type === 'PARQUET') return await parquetSeen(file);
    if (compression === 'ZSTD' || compression === 'BZIP2')
      return { kind: 'unseen', why: `A browser can’t read ${compression}: the columns can’t be seen here.` };
    const head = await readHead(file, compression);
    const source = textSource({ number: 1, ...head }, { content_type, column_delimiter: dialect.column_delimiter });
    return seen(source, rowsOf(head, source, dialect));
  } catch (error) {
    if (error instanceof LoadRefused)
      return { kind: 'refused', message: error.message.replace(/^File 1\b/, 'The file') };
    const what = compression === 'GZIP' ? 'GZIP' : content_type;
    return { kind: 'refused', message: `The file can’t be read as ${what}: ${messageOf(error)}` };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const seen = (source: SourceFile, rows: readonly Record<string, unknown>[]): Seen => ({
  kind: 'seen',
  columns: source.columns.map(({ name, type }) => ({
    name,
    ...(source.layout === 'parquet' && { type: typeText(type) }),
  })),
  rows,
});

/** A Parquet file says at its end what its columns are; its rows are not read. */
async function parquetSeen(file: Blob): Promise<Seen> {
  const { parquetMetadataAsync } = await import('hyparquet');
  const { schema } = await parquetMetadataAsync({
    byteLength: file.size,
    slice: (from, to) => file.slice(from, to).arrayBuffer(),
  });
  return seen(parquetSource(1, schema), []);
}

function rowsOf(head: TextPart, source: SourceFile, dialect: Dialect): Record<string, unknown>[] {
  const text = new TextDecoder().decode(head.bytes, { stream: !head.whole });
  switch (source.layout) {
    case 'csv':
      return first(csvRows(text, head.whole, source, DELIMITERS[dialect.column_delimiter]));
    case 'lines':
      return first(lineRows(text, head.whole));
    case 'array':
      return head.whole ? first(objectsIn(text)) : [];
    case 'parquet':
      return [];
  }
}

function first(rows: Iterable<Record<string, unknown>>): Record<string, unknown>[] {
  const taken: Record<string, unknown>[] = [];
  try {
    for (const row of rows) if (taken.push(row) >= mostRows) break;
  } catch {
    // A row that can't be read is for the service to reject; those before it are shown.
  }
  return taken;
}

function* csvRows(text: string, whole: boolean, { columns }: SourceFile, delimiter: string) {
  const reader = new CsvReader(delimiter);
  let header = true;
  const records = function* () {
    yield* reader.push(text);
    if (whole) yield* reader.end();
  };
  for (const fields of records()) {
    if (!header) yield Object.fromEntries(columns.map(({ name }, at) => [name, fields[at] ?? null]));
    header = false;
  }
}

function* lineRows(text: string, whole: boolean) {
  const lines = text.split('\n');
  if (!whole) lines.pop();
  for (const line of lines) yield* objectsIn(`[${line}]`);
}

/** Of lines, those that are no objects are for the service to reject. */
function* objectsIn(text: string) {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    return;
  }
  if (Array.isArray(values)) for (const value of values) if (isObject(value)) yield value;
}
