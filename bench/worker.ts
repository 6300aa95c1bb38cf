import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

/** One run; `cpu` seconds are those of the process, whoever else the machine works for, `peakRss` is the most resident bytes seen while it lasted, `steps` the seconds of its parts where they are known. */
const Done = z.object({
  seconds: z.number(),
  cpu: z.number(),
  peakRss: z.number(),
  steps: z.record(z.string(), z.number()),
});
export type Done = z.infer<typeof Done>;
const Message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), about: z.string(), rss: z.number() }),
  z.object({ kind: z.literal('done'), ...Done.shape }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);
type Message = z.infer<typeof Message>;

/** One of the two engines in a process of its own. */
export interface Worker {
  about: string;
  /** Resident bytes with the table loaded. */
  rss: number;
  run: (task: string) => Promise<Done>;
  stop: () => Promise<void>;
}

const answerLimit = 300_000;
const stopLimit = 20_000;

/** Starts a file of this folder that calls `serve`. */
export async function startWorker(file: string, args: readonly string[] = []): Promise<Worker> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const next = async (): Promise<Message> => {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, AbortSignal.timeout(answerLimit)]);
    const gone = once(child, 'exit', { signal }).then(([code]) => {
      throw new Error(`${file} ended with ${String(code)}`);
    });
    try {
      const [message] = (await Promise.race([once(child, 'message', { signal }), gone])) as [unknown];
      return Message.parse(message);
    } finally {
      gone.catch(() => undefined);
      over.abort();
    }
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    const timer = setTimeout(() => child.kill('SIGKILL'), stopLimit);
    if (child.connected) child.disconnect();
    await exited;
    clearTimeout(timer);
  };
  const ready = await next();
  if (ready.kind !== 'ready') {
    await stop();
    throw new Error(ready.kind === 'failed' ? ready.message : `${file} did not get ready`);
  }
  return {
    about: ready.about,
    rss: ready.rss,
    stop,
    run: async (task) => {
      child.send(task);
      const message = await next();
      if (message.kind !== 'done') throw new Error(message.kind === 'failed' ? message.message : 'unexpected answer');
      return message;
    },
  };
}

export interface Engine {
  about: string;
  /** Does a task once. */
  run: (task: string) => Promise<{ seconds: number; steps?: Record<string, number> }>;
  close: () => Promise<void>;
}

const sampleEvery = 20;

/** The worker's side: starts an engine, answers runs until its parent goes. */
export async function serve(start: () => Promise<Engine>): Promise<void> {
  const send = (message: Message): void => void process.send?.(message);
  const fail = (error: unknown): void => send({ kind: 'failed', message: String(error) });
  try {
    const engine = await start();
    process.on('message', (task) => void measured(engine, String(task)).then(send, fail));
    process.once('disconnect', () => void engine.close().finally(() => process.exit(0)));
    send({ kind: 'ready', about: engine.about, rss: process.memoryUsage.rss() });
  } catch (error) {
    fail(error);
    process.disconnect();
  }
}

async function measured(engine: Engine, task: string): Promise<Message> {
  let peakRss = process.memoryUsage.rss();
  const sampler = setInterval(() => (peakRss = Math.max(peakRss, process.memoryUsage.rss())), sampleEvery);
  try {
    const before = process.cpuUsage();
    const { seconds, steps = {} } = await engine.run(task);
    const { user, system } = process.cpuUsage(before);
    return { kind: 'done', seconds, cpu: (user + system) / 1e6, peakRss, steps };
  } finally {
    clearInterval(sampler);
  }
}
