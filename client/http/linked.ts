/** A signal that is aborted by its caller's, or by ourselves. */
export interface Linked {
  signal: AbortSignal;
  abort: (reason: unknown) => void;
  /** To be called when all is done: the caller's signal may live long. */
  end: () => void;
}

export function linked(outer?: AbortSignal): Linked {
  const controller = new AbortController();
  const stop = () => controller.abort(outer?.reason);
  if (outer?.aborted === true) stop();
  else outer?.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    end: () => outer?.removeEventListener('abort', stop),
  };
}
