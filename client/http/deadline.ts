import { clientError } from '../errors/spectra-error.ts';
import { linked } from './linked.ts';

/** A signal that is aborted when time is up, or when the caller's is. */
export interface Deadline {
  signal: AbortSignal;
  /** Something came: the time begins anew. */
  extend: () => void;
  /** The caller itself is at work: no time passes until `extend`. */
  hold: () => void;
  /** To be called when all is done, so that nothing is left waiting. */
  end: () => void;
}

/** @param ms from now, or from the last `extend` */
export function deadline(ms: number, outer?: AbortSignal): Deadline {
  const { signal, abort, end } = linked(outer);
  const start = () => setTimeout(() => abort(clientError('TIMEOUT', `Nothing came within ${ms} ms`)), ms);
  let timer = start();
  return {
    signal,
    extend: () => {
      clearTimeout(timer);
      timer = start();
    },
    hold: () => clearTimeout(timer),
    end: () => {
      clearTimeout(timer);
      end();
    },
  };
}
