import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { countRows } from './count-rows.ts';
import { BLOCK_BYTES, type RowFormat } from './row-blocks.ts';

/** A stretch of whole rows of a text file. */
export interface RowCut {
  readonly offset: number;
  readonly bytes: number;
  readonly rows: number;
}

export interface CutOptions {
  readonly path: string;
  readonly format: RowFormat;
  /** Rows in the file, as the engine says. */
  readonly rows: number;
  readonly slices: number;
  /** Most bytes of a cut. */
  readonly maxBytes: number;
}

/** Where a row ends, and how many rows end up to there. */
interface Mark {
  readonly end: number;
  readonly rows: number;
}

/** About one mark each megabyte. */
async function* marks(path: string, { quote }: RowFormat): AsyncGenerator<Mark> {
  let [position, rows, quoted] = [0, 0, false];
  for await (const chunk of createReadStream(path, { highWaterMark: BLOCK_BYTES }) as AsyncIterable<Buffer>) {
    const counted = countRows(chunk, quote, quoted);
    rows += counted.rows;
    if (counted.end >= 0) yield { end: position + counted.end + 1, rows };
    position += chunk.length;
    ({ quoted } = counted);
  }
}

/**
 * Shares the rows of a file among slices, in their order and in about equal parts; a slice's part is cut where it would
 * become too large. Up to a megabyte all belongs to the first slice. The rows of the last cut are those that are left, so
 * that its bytes are not read.
 */
export async function cutRows(options: CutOptions): Promise<RowCut[][]> {
  const { path, format, rows, slices, maxBytes } = options;
  const { size } = await stat(path);
  const cuts = Array.from({ length: slices }, (): RowCut[] => []);
  const shares = size <= BLOCK_BYTES ? 1 : slices;
  let slice = 0;
  let start: Mark = { end: 0, rows: 0 };
  let last = start;
  const cut = (to: Mark): void => {
    if (to.end > start.end)
      cuts[slice]?.push({ offset: start.end, bytes: to.end - start.end, rows: to.rows - start.rows });
    start = to;
  };
  const isLastCut = (): boolean => slice === shares - 1 && size - start.end <= maxBytes;
  if (!isLastCut()) {
    for await (const mark of marks(path, format)) {
      if (mark.end - start.end > maxBytes) cut(last);
      last = mark;
      if (slice < shares - 1 && mark.end >= ((slice + 1) * size) / shares) {
        cut(mark);
        slice += 1;
      }
      if (isLastCut()) break;
    }
  }
  cut({ end: size, rows });
  return cuts;
}
