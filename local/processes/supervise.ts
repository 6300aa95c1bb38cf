import type { Exit, TiedChild } from './child-process.ts';

export interface SuperviseOptions {
  start: () => Promise<TiedChild>;
  /** told of every unexpected end, with the wait before the next start */
  onExit?: (exit: Exit, tail: string, restartInMs: number) => void;
  /** told when a restart fails; it is tried again after the next wait */
  onStartFailed?: (error: unknown, restartInMs: number) => void;
  /** first wait, doubled with every end in a row; default 200 */
  minBackoffMs?: number;
  /** default 10,000 */
  maxBackoffMs?: number;
  /** a child that lived this long counts as recovered; default 30,000 */
  healthyAfterMs?: number;
}

export interface Supervised {
  /** the child that runs now; undefined between an end and the restart */
  current: () => TiedChild | undefined;
  stop: () => Promise<void>;
}

/**
 * Keeps a child running: starts it again whenever it ends, waiting longer each time.
 * @throws what the first start throws
 */
export async function supervise(options: SuperviseOptions): Promise<Supervised> {
  const { minBackoffMs = 200, maxBackoffMs = 10_000, healthyAfterMs = 30_000 } = options;
  const stopped = Promise.withResolvers<undefined>();
  let stopping = false;
  let child: TiedChild | undefined = await options.start();

  const run = async (): Promise<void> => {
    for (let failures = 0; !stopping;) {
      const startedAt = performance.now();
      const lived = child;
      const exit = await lived?.exited;
      if (performance.now() - startedAt >= healthyAfterMs) failures = 0;
      child = undefined;
      if (isStopping()) return;
      const waitMs = Math.min(minBackoffMs * 2 ** failures++, maxBackoffMs);
      if (exit && lived) options.onExit?.(exit, lived.tail(), waitMs);
      await waitOr(waitMs, stopped.promise);
      if (isStopping()) return;
      try {
        child = await options.start();
        if (isStopping()) await child.stop();
      } catch (error) {
        options.onStartFailed?.(error, Math.min(minBackoffMs * 2 ** failures, maxBackoffMs));
      }
    }
  };
  // A function, because the flag changes while run() waits.
  const isStopping = (): boolean => stopping;
  const running = run();
  return {
    current: () => child,
    stop: async () => {
      stopping = true;
      stopped.resolve(undefined);
      await child?.stop();
      await running;
    },
  };
}

async function waitOr(ms: number, cut: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ms);
  await Promise.race([promise, cut]);
  clearTimeout(timer);
}
