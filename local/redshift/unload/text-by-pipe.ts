import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sqlString } from '../sql/rewriter.ts';
import type { Export, ExportContext } from './export.ts';
import { fileKey } from './file-names.ts';
import { FileSeries, type UnloadedFile } from './file-series.ts';
import { rowBlocks, type RowFormat } from './row-blocks.ts';
import { headerLine, textLayout } from './text-layout.ts';

const makePipe = promisify(execFile);
const MKFIFO_TIMEOUT_MS = 5000;

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
 * Text through a named pipe: the engine writes into a pipe, the rows are counted, dealt to the slices, compressed and
 * uploaded as they come. Nothing touches the disk, and memory is bounded by the parts in flight.
 */
export async function exportTextByPipe(context: ExportContext, from: Export): Promise<UnloadedFile[]> {
  const { command, connection, signal } = context;
  const { select, copyOptions, rows } = textLayout(command, from.columns);
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
