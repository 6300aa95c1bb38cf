import type { Deadline } from '../http/deadline.ts';

/** Where bytes are read from; each try is one request. */
export interface ByteSource {
  /** For messages. */
  name: string;
  /** @throws SpectraError unless it answers with a body */
  open: (request: { range: string | undefined; until: Deadline }) => Promise<Response>;
  /** The address is refused: get another one. False where there is none other. */
  refresh: (signal?: AbortSignal) => Promise<boolean>;
}

/** Of a file; `to` is the first byte that is left out, undefined where the end is not known. */
export interface ByteRange {
  from: number;
  to: number | undefined;
}
