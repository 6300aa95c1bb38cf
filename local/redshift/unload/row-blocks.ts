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

const NEWLINE = 0x0a;
const BLOCK_BYTES = 1024 * 1024;

function strip(data: Buffer, byte: number): Buffer {
  return Buffer.from(data.filter((value) => value !== byte));
}

interface Counted {
  rows: number;
  /** Where the last row ends, -1 if none does. */
  end: number;
  /** Whether the chunk ends within a quoted value. */
  quoted: boolean;
}

function countRows(chunk: Buffer, quote: number, quoted: boolean): Counted {
  const plain = !quoted && (quote < 0 || !chunk.includes(quote));
  if (plain) return { rows: countNewlines(chunk), end: chunk.lastIndexOf(NEWLINE), quoted };
  const counted: Counted = { rows: 0, end: -1, quoted };
  for (let at = 0; at < chunk.length; at += 1) {
    const byte = chunk[at];
    if (byte === quote) counted.quoted = !counted.quoted;
    else if (byte === NEWLINE && !counted.quoted) {
      counted.rows += 1;
      counted.end = at;
    }
  }
  return counted;
}

const NEWLINES = 0x0a0a0a0a;
const LOW_BITS = 0x7f7f7f7f;

/** Four bytes at a time: a byte that is zero after the XOR leaves its high bit set. */
function countNewlines(chunk: Buffer): number {
  let rows = 0;
  const ahead = Math.min(chunk.length, (4 - (chunk.byteOffset & 3)) & 3);
  const words = new Int32Array(chunk.buffer, chunk.byteOffset + ahead, (chunk.length - ahead) >> 2);
  for (const word of words) {
    const other = word ^ NEWLINES;
    let found = ~(((other & LOW_BITS) + LOW_BITS) | other | LOW_BITS);
    for (; found !== 0; found &= found - 1) rows += 1;
  }
  for (const byte of [...chunk.subarray(0, ahead), ...chunk.subarray(ahead + words.length * 4)]) {
    if (byte === NEWLINE) rows += 1;
  }
  return rows;
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
    quoted = counted.quoted;
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
