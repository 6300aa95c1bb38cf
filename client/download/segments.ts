/** A part of a file that one connection fetches. */
export interface Segment {
  from: number;
  /** The first byte behind it. */
  to: number;
}

/** Large enough that a connection gets up to speed, small enough that several share a file. */
export const segmentBytes = 64 * 1024 * 1024;

export const segmentsOf = (bytes: number, size = segmentBytes): Segment[] =>
  Array.from({ length: Math.ceil(bytes / size) }, (_, index) => ({
    from: index * size,
    to: Math.min(bytes, (index + 1) * size),
  }));
