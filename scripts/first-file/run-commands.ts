import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

export interface Timed {
  command: string;
  /** Until it had ended, or was ready where it goes on. */
  seconds: number;
}

export interface Place {
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** Ms that a service has to stop. */
const grace = 30_000;

/**
 * Runs commands one after the other as a reader would, each in a shell. One that says `ready` goes on beside the others and is
 * stopped in the end. @throws Error with what the command said when it fails
 */
export async function runCommands(commands: readonly string[], place: Place): Promise<Timed[]> {
  const services: ChildProcess[] = [];
  const done: Timed[] = [];
  try {
    for (const command of commands) {
      const since = performance.now();
      await run(command, place, services);
      done.push({ command, seconds: (performance.now() - since) / 1000 });
    }
    return done;
  } finally {
    await Promise.all(services.map(stopped));
  }
}

async function run(command: string, { folder, env }: Place, services: ChildProcess[]): Promise<void> {
  const options = { cwd: folder, env: { ...process.env, ...env }, detached: true } as const;
  const child = spawn('bash', ['--norc', '--noprofile', '-eu', '-c', command], options);
  const said = text(child.stderr);
  const ended = once(child, 'close');
  for await (const line of createInterface(child.stdout)) {
    if (!line.startsWith('ready ')) continue;
    services.push(child);
    child.stdout.resume();
    return;
  }
  await ended;
  if (child.exitCode !== 0) throw new Error(`${command} ended with ${String(child.exitCode)}: ${await said}`);
}

/** As Ctrl-C would: everything that the command began is told. */
async function stopped(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const { pid } = child;
  const tell = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  };
  const ended = once(child, 'close');
  tell('SIGINT');
  const late = setTimeout(() => tell('SIGKILL'), grace);
  await ended;
  clearTimeout(late);
}
