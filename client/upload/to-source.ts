import { clientError } from '../errors/spectra-error.ts';
import { isObject } from '../http/is-object.ts';
import type { Platform } from '../platform/platform.ts';
import { iterate } from '../platform/streams.ts';
import { type SizedSource, sourceOfBlob, sourceOfBytes } from './sized-source.ts';

type Item = Uint8Array | string | object;

/** A path (in Node), bytes, a Blob or File, a stream of bytes, or rows: objects by the names of the columns. */
export type LoadSource =
  string | URL | Uint8Array | ArrayBuffer | Blob | ReadableStream<Uint8Array> | Iterable<object> | AsyncIterable<Item>;

/** Whether it is a source by itself, and no row: a row is an object by the names of the columns. */
export const isSource = (value: unknown): value is LoadSource =>
  typeof value === 'string' ||
  value instanceof URL ||
  value instanceof ArrayBuffer ||
  value instanceof Blob ||
  value instanceof ReadableStream ||
  (typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value));

export interface Prepared {
  source: SizedSource;
  /** The source was rows: its file is JSON lines. */
  rows: boolean;
}

/** Streams of up to this size are kept in memory. */
const smallBytes = 8 * 1024 * 1024;

/** Makes of whatever it is bytes whose number is known. */
export async function toSource(given: LoadSource, platform: Platform): Promise<Prepared> {
  if (typeof given === 'string' || given instanceof URL) return { source: await platform.openFile(given), rows: false };
  if (given instanceof Uint8Array) return { source: sourceOfBytes(given), rows: false };
  if (given instanceof ArrayBuffer) return { source: sourceOfBytes(new Uint8Array(given)), rows: false };
  if (given instanceof Blob) return { source: sourceOfBlob(given), rows: false };
  if (given instanceof ReadableStream) return fromItems(iterate(given), platform);
  return fromItems(given, platform);
}

async function fromItems(items: Iterable<Item> | AsyncIterable<Item>, platform: Platform): Promise<Prepared> {
  const iterator = anyIterator(items);
  const first = await iterator.next();
  const rows = first.done !== true && !isBytes(first.value);
  const source = await kept(encoded(first, iterator, rows), platform);
  return { source, rows };
}

const anyIterator = (items: Iterable<Item> | AsyncIterable<Item>): AsyncIterator<Item> | Iterator<Item> =>
  Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();

const isBytes = (item: Item): item is Uint8Array | string => typeof item === 'string' || item instanceof Uint8Array;

async function* encoded(
  first: IteratorResult<Item>,
  iterator: AsyncIterator<Item> | Iterator<Item>,
  rows: boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  let ended = false;
  try {
    for (let next = first; next.done !== true; next = await iterator.next()) {
      const item: Item = next.value;
      if (isBytes(item) === rows) throw clientError('INVALID_OPTION', 'The source mixes rows and bytes');
      if (!isBytes(item)) yield encoder.encode(`${lineOf(item)}\n`);
      else yield typeof item === 'string' ? encoder.encode(item) : item;
    }
    ended = true;
  } finally {
    if (!ended) await iterator.return?.();
  }
}

/** One row as a line of JSON; a bigint is written digit by digit, as text, for JSON has no other way to keep it. */
function lineOf(row: object): string {
  if (!isObject(row)) throw clientError('INVALID_OPTION', 'A row must be an object by the names of the columns');
  return JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

/** In memory when it is little, else where the platform keeps it. */
async function kept(bytes: AsyncGenerator<Uint8Array, void, undefined>, platform: Platform): Promise<SizedSource> {
  const head: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await bytes.next();
    if (done === true) return sourceOfBytes(joined(head, size));
    head.push(value);
    size += value.length;
    if (size > smallBytes) return platform.spool(behind(head, bytes));
  }
}

async function* behind(
  head: Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* head.splice(0);
  yield* rest;
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
