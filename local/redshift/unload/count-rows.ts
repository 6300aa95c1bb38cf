export interface CountedRows {
  readonly rows: number;
  /** Where the newline of the last row is, -1 if none ends here. */
  readonly end: number;
  /** Whether the chunk ends within a quoted value. */
  readonly quoted: boolean;
}

const NEWLINE = 0x0a;

/**
 * Counts the rows that end in a chunk of text. Looking for the next byte is native code, many times as fast as a loop.
 * @param quote the byte that opens and closes a quoted value, in which a newline ends no row; -1 if there is none
 * @param quoted whether the chunk begins within a quoted value
 */
export function countRows(chunk: Buffer, quote: number, quoted: boolean): CountedRows {
  const next = (byte: number, from: number): number => (byte < 0 ? -1 : chunk.indexOf(byte, from));
  let rows = 0;
  let end = -1;
  let within = quoted;
  let newlineAt = next(NEWLINE, 0);
  let quoteAt = next(quote, 0);
  for (;;) {
    if (!within && newlineAt >= 0 && (quoteAt < 0 || newlineAt < quoteAt)) {
      rows += 1;
      end = newlineAt;
      newlineAt = next(NEWLINE, newlineAt + 1);
    } else if (quoteAt >= 0) {
      within = !within;
      if (!within && newlineAt >= 0 && newlineAt < quoteAt) newlineAt = next(NEWLINE, quoteAt + 1);
      quoteAt = next(quote, quoteAt + 1);
    } else {
      return { rows, end, quoted: within };
    }
  }
}
