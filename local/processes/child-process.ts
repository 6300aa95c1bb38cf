import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Readable } from 'node:stream';
import * as z from 'zod';
import { OutputTail } from './output-tail.ts';

export interface ChildOptions {
  command: string;
  args: readonly string[];
  cwd?: string;
  /** default: this process's own */
  env?: NodeJS.ProcessEnv;
  /** how long a SIGTERM may take before SIGKILL; default 2000 */
  graceMs?: number;
  /** how much of the end of the output is kept; default 16 KiB */
  tailBytes?: number;
  /** told of every piece of output */
  onOutput?: (text: string) => void;
}

export interface Exit {
  code: number | null;
  signal: string | null;
}

/** A process that ends with this one, however this one ends. */
export interface TiedChild {
  /** of the command itself, not of its watchdog */
  pid: number;
  /** resolves when the process has ended; never rejects */
  exited: Promise<Exit>;
  /** the last of its standard output and error, for error reports */
  tail: () => string;
  /** Ends it: SIGTERM, after the grace SIGKILL. Resolves when it is gone; may be called again. */
  stop: () => Promise<Exit>;
}

const WATCHDOG = fileURLToPath(new URL('./watchdog.ts', import.meta.url));
const SPAWN_TIMEOUT_MS = 30_000;

const Report = z.union([
  z.object({ pid: z.number() }),
  z.object({ error: z.string() }),
  z.object({ code: z.number().nullable(), signal: z.string().nullable() }),
]);

/**
 * Starts a command under a watchdog that ends it when this process exits, is signalled or killed.
 * @throws Error when the command cannot be started
 */
export async function spawnTied(options: ChildOptions): Promise<TiedChild> {
  const watchdog = spawn(
    process.execPath,
    [WATCHDOG, String(options.graceMs ?? 2000), options.command, ...options.args],
    {
      cwd: options.cwd,
      env: options.env ?? process.env,
      // Its own process group: Ctrl-C is for the parent, which ends its children in its own order.
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    },
  );
  const tail = new OutputTail(options.tailBytes ?? 16 * 1024);
  for (const stream of [watchdog.stdout, watchdog.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      tail.add(text);
      options.onOutput?.(text);
    });
  }
  // A watchdog that is already gone cannot be told anything; its exit says so.
  watchdog.stdin.on('error', () => undefined);
  const { pid, exited } = await follow(watchdog, options.command, tail);
  return {
    pid,
    exited,
    tail: () => tail.text(),
    stop: () => {
      watchdog.stdin.end();
      return exited;
    },
  };
}

function follow(
  watchdog: ChildProcess,
  command: string,
  tail: OutputTail,
): Promise<{ pid: number; exited: Promise<Exit> }> {
  const { promise: exited, resolve: resolveExit } = Promise.withResolvers<Exit>();
  return new Promise((resolve, reject) => {
    let childPid: number | undefined;
    let exit: Exit | undefined;
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new Error(`${command} could not be started: ${reason} ${tail.text()}`.trim()));
    };
    const timer = setTimeout(() => {
      watchdog.kill('SIGKILL');
      fail(`no sign of it within ${SPAWN_TIMEOUT_MS} ms.`);
    }, SPAWN_TIMEOUT_MS);
    createInterface({ input: watchdog.stdio[3] as Readable }).on('line', (line) => {
      const report = Report.parse(JSON.parse(line));
      if ('pid' in report) {
        clearTimeout(timer);
        childPid = report.pid;
        resolve({ pid: childPid, exited });
      } else if ('error' in report) {
        fail(report.error);
      } else {
        exit = report;
      }
    });
    watchdog.once('error', (error) => fail(error.message));
    // 'close' comes after the last report and the last output.
    watchdog.once('close', () => {
      if (childPid === undefined) fail('its watchdog ended.');
      else if (!exit) killOrphan(childPid);
      resolveExit(exit ?? { code: null, signal: 'SIGKILL' });
    });
  });
}

/** Somebody killed the watchdog itself: its charge is still running. */
function killOrphan(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It is gone as well.
  }
}
