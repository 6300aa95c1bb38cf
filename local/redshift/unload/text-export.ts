import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sqlString } from '../sql/rewriter.ts';
import { jsonLine, needsExactJson, projection, type UnloadColumn } from './columns.ts';
import type { Export, ExportContext } from './export.ts';
import { fileKey } from './file-names.ts';
import { FileSeries, type UnloadedFile } from './file-series.ts';
import { rowBlocks, type RowFormat } from './row-blocks.ts';
import type { UnloadCommand } from './unload-command.ts';

const makePipe = promisify(execFile);
const MKFIFO_TIMEOUT_MS = 5000;

/** Marks quoted values in text without quotes, so that a newline in a value is not taken for the end of a row. */
const INVISIBLE_QUOTE = '\u0001';

/** JSON text has no control characters, so that neither this nor the quote occurs in it. */
const UNUSED_DELIMITER = '\u0002';

interface TextLayout {
  readonly select: string;
  readonly copyOptions: string;
  readonly rows: RowFormat;
}

function layout({ format }: UnloadCommand, columns: readonly UnloadColumn[]): TextLayout {
  const select = projection(columns, format);
  if (format.kind === 'PARQUET' || format.kind === 'JSON') {
    const rows = { quote: -1, stripQuotes: false };
    if (!needsExactJson(columns)) return { select, copyOptions: 'FORMAT json', rows };
    const copyOptions = `FORMAT csv, HEADER false, QUOTE '${INVISIBLE_QUOTE}', ESCAPE '${INVISIBLE_QUOTE}', DELIMITER '${UNUSED_DELIMITER}'`;
    return { select: jsonLine(columns, format), copyOptions, rows };
  }
  const visible = format.kind === 'CSV' || format.addQuotes;
  const quote = visible ? '"' : INVISIBLE_QUOTE;
  const force = format.addQuotes ? ', FORCE_QUOTE *' : '';
  return {
    select,
    copyOptions: `FORMAT csv, HEADER false, DELIMITER ${sqlString(format.delimiter)}, QUOTE ${sqlString(quote)},
      ESCAPE ${sqlString(quote)}, NULLSTR ${sqlString(format.nullAs ?? '')}${force}`,
    rows: { quote: quote.charCodeAt(0), stripQuotes: !visible },
  };
}

function headerLine({ format, header }: UnloadCommand, columns: readonly UnloadColumn[]): Buffer | undefined {
  if (!header || format.kind === 'PARQUET' || format.kind === 'JSON') return undefined;
  const quoted = (name: string): string => {
    const needed =
      format.addQuotes || (format.kind === 'CSV' && (/["\n\r]/.test(name) || name.includes(format.delimiter)));
    return needed ? `"${name.replaceAll('"', '""')}"` : name;
  };
  return Buffer.from(`${columns.map(({ name }) => quoted(name)).join(format.delimiter)}\n`);
}

/** The read end of a named pipe. Not blocking: it waits in the event loop, not in a thread of the pool. */
async function openPipe(path: string): Promise<Socket> {
  await makePipe('mkfifo', [path], { timeout: MKFIFO_TIMEOUT_MS });
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return new Socket({ fd: descriptor, readable: true, writable: false });
  } catch (cause) {
    closeSync(descriptor);
    throw cause;
  }
}

async function distribute(
  source: AsyncIterable<Buffer>,
  rows: RowFormat,
  series: readonly FileSeries[],
): Promise<number> {
  let total = 0;
  let next = 0;
  for await (const block of rowBlocks(source, rows)) {
    total += block.rows;
    await series[next % series.length]?.write(block);
    next += 1;
  }
  return total;
}

/**
 * CSV, JSON and delimited text: the engine writes into a pipe, the rows are counted, dealt to the slices, compressed and
 * uploaded as they come. Nothing touches the disk, and memory is bounded by the parts in flight.
 */
export async function exportText(context: ExportContext, from: Export): Promise<UnloadedFile[]> {
  const { command, connection, signal } = context;
  const { select, copyOptions, rows } = layout(command, from.columns);
  const path = join(context.workDirectory, `unload-${randomUUID()}`);
  const pipe = await openPipe(path);
  const slices = command.parallel ? context.slices : 1;
  const cancel = new AbortController();
  const target = { client: context.client, bucket: command.bucket, signal: AbortSignal.any([signal, cancel.signal]) };
  const series = Array.from({ length: slices }, (_, slice) => {
    const keyOf = (part: number): string => fileKey(command, from.prefix, slice, part);
    const { compression, maxFileBytes } = command;
    return new FileSeries({ target, keyOf, compression, maxFileBytes, header: headerLine(command, from.columns) });
  });
  const stop = (): void => void pipe.destroy();
  signal.addEventListener('abort', stop, { once: true });
  const sql = `COPY (SELECT ${select} FROM ${from.source})
    TO ${sqlString(path)} (${copyOptions}, USE_TMP_FILE false)`;
  const copied = connection.run(sql);
  copied.catch(stop);
  try {
    await distribute(pipe as AsyncIterable<Buffer>, rows, series).catch(async (cause: unknown) => {
      stop();
      await copied;
      throw cause;
    });
    await copied;
    signal.throwIfAborted();
    if (command.format.kind !== 'JSON' && from.always) series.forEach((files) => files.startEmpty());
    return (await Promise.all(series.map((files) => files.end()))).flat();
  } catch (cause) {
    cancel.abort();
    await Promise.all(series.map((files) => files.abandon()));
    throw cause;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    await copied.catch(() => undefined);
    await rm(path, { force: true });
  }
}
