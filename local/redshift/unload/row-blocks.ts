import { countRows } from './count-rows.ts';

/** Whole rows of a text file. */
export interface RowBlock {
  readonly data: Buffer;
  readonly rows: number;
}

export interface RowFormat {
  /** The byte that opens and closes a quoted value, in which a newline ends no row; -1 if there is none. */
  readonly quote: number;
  /** The quote is only there to find the rows, and is taken out. */
  readonly stripQuotes: boolean;
}

export const BLOCK_BYTES = 1024 * 1024;

function strip(data: Buffer, byte: number): Buffer {
  return Buffer.from(data.filter((value) => value !== byte));
}

/** Cuts a stream of text into blocks of about 1 MB that end with a row, and counts their rows. */
export async function* rowBlocks(
  source: AsyncIterable<Buffer>,
  { quote, stripQuotes }: RowFormat,
): AsyncGenerator<RowBlock> {
  let quoted = false;
  let pending: Buffer[] = [];
  let bytes = 0;
  let rows = 0;
  const block = (): RowBlock => {
    const data = Buffer.concat(pending);
    return { data: stripQuotes ? strip(data, quote) : data, rows };
  };
  for await (const chunk of source) {
    const counted = countRows(chunk, quote, quoted);
    ({ quoted } = counted);
    rows += counted.rows;
    if (counted.end < 0 || bytes + counted.end < BLOCK_BYTES) {
      pending.push(chunk);
      bytes += chunk.length;
      continue;
    }
    pending.push(chunk.subarray(0, counted.end + 1));
    yield block();
    pending = [chunk.subarray(counted.end + 1)];
    bytes = chunk.length - counted.end - 1;
    rows = 0;
  }
  if (bytes > 0) yield block();
}
