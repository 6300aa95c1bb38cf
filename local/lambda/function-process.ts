import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FunctionDefinition } from './function-definition.ts';
import type { FunctionError, InvocationResult, InvokeMessage, ProcessMessage } from './invocation.ts';
import { nodeExecutable } from './node-executable.ts';

const bootstrap = fileURLToPath(new URL('./bootstrap.ts', import.meta.url));
/** Milliseconds that loading the bundle may take; Lambda gives 10 s on a machine that does nothing else. */
const initLimit = 30_000;

/** One line that a function wrote to its console. */
export interface LogLine {
  /** Who wrote it: the function's label. */
  source: string;
  stream: 'stdout' | 'stderr';
  text: string;
}

/** A process that runs one invocation at a time. */
export interface FunctionProcess {
  /** Resolves when the bundle is loaded, with the error if it could not be. */
  initialized: Promise<FunctionError | undefined>;
  /** Runs the handler; the process is killed when the function's timeout has passed. */
  invoke: (requestId: string, payload: string) => Promise<InvocationResult>;
  /** Resolves when the process is gone. */
  exited: Promise<void>;
  /** False once the process will take no more invocations. */
  usable: () => boolean;
  kill: () => void;
  pid: number | undefined;
}

/** Starts a process for a function, with exactly this environment. */
export function startFunctionProcess(
  definition: FunctionDefinition,
  environment: Readonly<Record<string, string>>,
  log: (line: LogLine) => void,
): FunctionProcess {
  // V8's heap is smaller than what Lambda gives to the whole process.
  const heap = Math.max(64, Math.floor(definition.memorySize * 0.9));
  const child = spawn(nodeExecutable(), [`--max-old-space-size=${heap}`, '--enable-source-maps', bootstrap], {
    cwd: definition.folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'json',
  });
  forwardLines(child, definition.label, log);
  const mailbox = createMailbox(child);
  let usable = true;
  const exited = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  }).then(() => void (usable = false));
  const kill = () => {
    usable = false;
    child.kill('SIGKILL');
  };
  return {
    exited,
    usable: () => usable,
    kill,
    pid: child.pid,
    initialized: initialize(mailbox, kill),
    invoke: async (requestId, payload) => {
      const limit = definition.timeout * 1000;
      const message: InvokeMessage = {
        kind: 'invoke',
        requestId,
        payload,
        deadline: Date.now() + limit,
        functionArn: definition.arn,
      };
      const answer = mailbox.next(limit);
      child.send(message, () => undefined);
      const result = toResult(await answer, requestId, definition.timeout);
      if (result.end) kill();
      return result.invocation;
    },
  };
}

type Letter = ProcessMessage | { kind: 'exit'; code: number | null; signal: string | null } | { kind: 'timeout' };

interface Mailbox {
  /** The next message, the end of the process, or `timeout` after so many milliseconds. One reader at a time. */
  next: (limit: number) => Promise<Letter>;
}

function createMailbox(child: ChildProcess): Mailbox {
  const letters: Letter[] = [];
  let reader: ((letter: Letter) => void) | undefined;
  let over: Letter | undefined;
  const deliver = (letter: Letter) => {
    if (reader === undefined) letters.push(letter);
    else reader(letter);
  };
  child.on('message', (message) => deliver(message as ProcessMessage));
  child.once('error', () => deliver((over = { kind: 'exit', code: null, signal: null })));
  child.once('exit', (code, signal) => deliver((over = { kind: 'exit', code, signal })));
  return {
    next: async (limit) => {
      const waiting = letters.shift() ?? over;
      if (waiting !== undefined) return waiting;
      let timer: NodeJS.Timeout | undefined;
      const letter = await new Promise<Letter>((resolve) => {
        reader = resolve;
        timer = setTimeout(() => resolve({ kind: 'timeout' }), limit);
      });
      clearTimeout(timer);
      reader = undefined;
      return letter;
    },
  };
}

async function initialize(mailbox: Mailbox, kill: () => void): Promise<FunctionError | undefined> {
  const letter = await mailbox.next(initLimit);
  if (letter.kind === 'ready') return undefined;
  kill();
  switch (letter.kind) {
    case 'init-error':
      return letter.error;
    case 'timeout':
      return {
        errorType: 'Sandbox.Timedout',
        errorMessage: `The function did not initialize within ${initLimit / 1000} seconds`,
      };
    case 'exit':
      return {
        errorType: 'Runtime.ExitError',
        errorMessage: `Runtime exited during initialization: ${exitReason(letter)}`,
      };
    case 'success':
    case 'error':
      return { errorType: 'Runtime.Unknown', errorMessage: 'The runtime answered before it was asked' };
  }
}

function toResult(letter: Letter, requestId: string, timeout: number): { invocation: InvocationResult; end: boolean } {
  switch (letter.kind) {
    case 'success':
      return { invocation: letter, end: false };
    case 'error':
      return { invocation: { kind: 'error', requestId, error: letter.error }, end: letter.fatal === true };
    case 'ready':
    case 'init-error':
      return ended({ errorType: 'Runtime.Unknown', errorMessage: 'The runtime started again by itself' }, requestId);
    case 'timeout':
      return ended(
        {
          errorType: 'Sandbox.Timedout',
          errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeout.toFixed(2)} seconds`,
        },
        requestId,
      );
    case 'exit':
      return ended(
        {
          errorType: 'Runtime.ExitError',
          errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${exitReason(letter)}`,
        },
        requestId,
      );
  }
}

function ended(error: FunctionError, requestId: string): { invocation: InvocationResult; end: boolean } {
  return { invocation: { kind: 'error', requestId, error }, end: true };
}

function exitReason({ code, signal }: { code: number | null; signal: string | null }): string {
  return signal === null ? `exit status ${String(code)}` : `signal: ${signal}`;
}

function forwardLines(child: ChildProcess, source: string, log: (line: LogLine) => void): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    const input = child[stream];
    if (input !== null) createInterface({ input }).on('line', (text) => log({ source, stream, text }));
  }
}
