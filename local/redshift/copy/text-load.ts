import { createReadStream } from 'node:fs';
import type { CopyFormat, TextFormat } from './copy-command.ts';
import { DelimitedRecords, type Delimited } from './delimited-records.ts';
import { Irregularities, recordsOf, textOf, write } from './fetch.ts';
import { JsonRecords } from './json-records.ts';
import type { LoadContext, Loaded } from './load-context.ts';
import type { Rejected } from './rejected.ts';
import type { SourceFile } from './source-files.ts';
import { splitFields } from './split-fields.ts';
import {
  countGood,
  dropStage,
  faultyRows,
  insertDirectly,
  insertRows,
  stageRows,
  type FaultyRow,
  type RowFile,
} from './stage.ts';

type Json = Extract<CopyFormat, { kind: 'JSON' }>;

const CHUNK_BYTES = 256 * 1024;

/** A file in the stage, but for the rows that its reader rejected. */
interface Staged {
  readonly file: RowFile;
  readonly rejected: readonly Rejected[];
  /** The line of the file that a row of the stage is. */
  readonly lineOf: (row: number) => number;
}

/** Lines by the numbers of rows, asked for in ascending order: `skipped` lines are no rows. */
function lineCounter(skipped: readonly number[]): (row: number) => number {
  let passed = 0;
  return (row) => {
    while (passed < skipped.length && (skipped[passed] ?? 0) <= row + passed) passed += 1;
    return row + passed;
  };
}

/** How many fields all rows may be taken to have: the reader finds out. */
async function fieldsOfFirstLine(path: string, format: Delimited): Promise<number> {
  const chunks = createReadStream(path, { end: CHUNK_BYTES - 1, encoding: 'utf8' }) as AsyncIterable<string>;
  let head = '';
  for await (const chunk of chunks) head += chunk;
  const [line = ''] = head.split('\n', 1);
  return splitFields(line, format).length;
}

/**
 * The engine's own reader is fast, and right as long as it finds nothing to reject in an ordinary file; most files have no
 * faulty value either, and go straight into the table.
 */
async function loadDelimited(context: LoadContext, source: SourceFile, format: Delimited): Promise<Loaded | Staged> {
  const { connection, command, target, path, signal } = context;
  const { delimiter, quote, ignoreHeader, fillRecord, values } = format;
  const look = new Irregularities();
  await write(path, look.watch(textOf(context, source, command.compression, path)), signal);
  const all = target.columns.length;
  const fields = fillRecord ? Math.min(await fieldsOfFirstLine(path, format), all) : all;
  const original: RowFile = { path, delimiter, quote, skip: ignoreHeader, kind: 'original', fields };
  const staged: Staged = { file: original, rejected: [], lineOf: (row) => row + ignoreHeader };
  if (look.found) return stageRecords(context, format);
  if (command.noLoad) {
    const isRead = await stageRows(connection, original, target.columns, values);
    return isRead ? staged : stageRecords(context, format);
  }
  const direct = await insertDirectly(connection, original, target, values);
  if (direct.outcome === 'loaded') return { rows: direct.rows, rejected: [] };
  if (direct.outcome === 'unread') return stageRecords(context, format);
  await stageRows(connection, original, target.columns, values);
  return staged;
}

/** Record by record, which is slow and takes whatever the file has. */
async function stageRecords(context: LoadContext, format: Delimited): Promise<Staged> {
  const { target, path, signal } = context;
  const { delimiter, quote } = format;
  const reader = new DelimitedRecords({ format, columns: target.columns.length, maxErrors: context.errorsLeft });
  const cleaned: RowFile = { path: `${path}.rows`, delimiter, quote, skip: 0, kind: 'cleaned' };
  const chunks = createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
  await write(cleaned.path, recordsOf(chunks, reader), signal);
  await stageCleaned(context, cleaned, format);
  return { file: cleaned, rejected: reader.rejected, lineOf: lineCounter(reader.skipped) };
}

async function stageJson(context: LoadContext, source: SourceFile, format: Json): Promise<Staged> {
  const { command, target, path, signal } = context;
  const { ignoreCase, noShred, values } = format;
  const reader = new JsonRecords({
    columns: target.columns.map(({ name }) => name),
    ignoreCase,
    noShred,
    replacement: values.replacement,
    maxErrors: context.errorsLeft,
  });
  const file: RowFile = { path: `${path}.rows`, delimiter: ',', quote: '"', skip: 0, kind: 'converted' };
  await write(file.path, recordsOf(textOf(context, source, command.compression, path), reader), signal);
  await stageCleaned(context, file, format);
  return { file, rejected: reader.rejected, lineOf: (line) => line };
}

async function stageCleaned({ connection, target }: LoadContext, file: RowFile, format: TextFormat): Promise<void> {
  if (await stageRows(connection, file, target.columns, format.values)) return;
  throw new Error('the reader of the engine does not take a row that was found to be good');
}

/** Rows that were rejected on either way, in the order of the file. */
function merged({ rejected, lineOf }: Staged, faulty: readonly FaultyRow[]): Rejected[] {
  const values = faulty.map(({ line, rejected: fault }) => ({ ...fault, line: lineOf(line) }));
  return [...rejected, ...values].sort((a, b) => a.line - b.line);
}

/** Loads one file of delimited text or JSON into the table, but for the rows that are rejected. */
export async function loadText(context: LoadContext, source: SourceFile, format: TextFormat): Promise<Loaded> {
  const { connection, command, target, errorsLeft } = context;
  try {
    const staged = await (format.kind === 'JSON'
      ? stageJson(context, source, format)
      : loadDelimited(context, source, format));
    if ('rows' in staged) return staged;
    const faulty = await faultyRows(connection, staged.file, target.columns, format.values, errorsLeft + 1);
    const rejected = merged(staged, faulty);
    context.signal.throwIfAborted();
    if (rejected.length > errorsLeft) return { rows: 0, rejected: rejected.slice(0, errorsLeft + 1) };
    const rows = command.noLoad
      ? await countGood(connection)
      : await insertRows(connection, staged.file, target, format.values);
    return { rows, rejected };
  } finally {
    // Where the transaction has failed there is nothing left to drop.
    await dropStage(connection).catch(() => undefined);
  }
}
