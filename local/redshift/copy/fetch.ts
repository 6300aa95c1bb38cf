import { isUtf8 } from 'node:buffer';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Compression } from './copy-command.ts';
import { decompressed } from './decompress.ts';
import type { RecordReader } from './rejected.ts';
import type { SourceContext, SourceFile } from './source-files.ts';

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const BLANK_LINE = Buffer.from('\n\n');
const LF = 0x0a;
const CR = 0x0d;
const WRITE_BYTES = 1024 * 1024;

async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < BOM.length) continue;
    yield head.subarray(0, BOM.length).equals(BOM) ? head.subarray(BOM.length) : head;
    head = undefined;
  }
  if (head !== undefined && head.length > 0) yield head;
}

/** The content of an object, decompressed, in chunks. Rejects with SqlError when it is damaged. */
export async function* contentOf(
  { client, signal }: SourceContext,
  { bucket: Bucket, key: Key }: SourceFile,
  compression: Compression,
  path: string,
): AsyncGenerator<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal: signal });
  if (!(Body instanceof Readable)) throw new Error('an object has no body');
  const stop = (): void => void Body.destroy(new Error('the statement was cancelled'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    yield* decompressed({ body: Body, compression, path, signal });
  } finally {
    signal.removeEventListener('abort', stop);
    Body.destroy();
  }
}

/** Text without its byte order mark. */
export const textOf = (...args: Parameters<typeof contentOf>): AsyncGenerator<Buffer> =>
  withoutMark(contentOf(...args));

export const write = (path: string, chunks: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void> =>
  pipeline(chunks, createWriteStream(path, { highWaterMark: WRITE_BYTES }), { signal });

/**
 * Looks at text on its way for what the engine's reader takes otherwise than Redshift: other line ends than line feeds, empty
 * lines, NUL, what is no UTF-8. Searching for bytes is native code.
 */
export class Irregularities {
  found = false;
  private last: number | undefined = LF;
  private tail: Buffer = Buffer.alloc(0);

  async *watch(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      if (!this.found) this.look(chunk);
      yield chunk;
    }
    this.found ||= this.tail.length > 0;
  }

  private look(chunk: Buffer): void {
    const blank = (this.last === LF && chunk[0] === LF) || chunk.includes(BLANK_LINE);
    this.found = blank || chunk.includes(CR) || chunk.includes(0) || !this.isText(chunk);
    this.last = chunk.at(-1) ?? this.last;
  }

  /** A character may be cut at the end of a chunk. */
  private isText(chunk: Buffer): boolean {
    const text = this.tail.length === 0 ? chunk : Buffer.concat([this.tail, chunk]);
    const end = endOfCharacters(text);
    this.tail = Buffer.from(text.subarray(end));
    return isUtf8(text.subarray(0, end));
  }
}

/** Where the last character that is complete ends, at most three bytes before the end. */
function endOfCharacters(text: Buffer): number {
  for (let back = 1; back <= Math.min(3, text.length); back += 1) {
    const byte = text[text.length - back] ?? 0;
    if (byte < 0x80) return text.length;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? text.length - back : text.length;
    }
  }
  return text.length;
}

/** What a reader makes of a file, until it has enough. */
export async function* recordsOf(chunks: AsyncIterable<Buffer>, reader: RecordReader): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    const rows = reader.push(chunk);
    if (rows.length > 0) yield rows;
    if (reader.isFull) return;
  }
  const rows = reader.end();
  if (rows.length > 0) yield rows;
}
