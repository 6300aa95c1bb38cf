import { randomUUID } from 'node:crypto';
import type { FunctionDefinition } from './function-definition.ts';
import { startFunctionProcess, type FunctionProcess, type LogLine } from './function-process.ts';
import { TooManyRequestsError, type FunctionError, type InvocationResult } from './invocation.ts';
import { createInvocationCounters, type InvocationCounters } from './invocation-counters.ts';

export interface FunctionPoolOptions {
  definition: FunctionDefinition;
  environment: Readonly<Record<string, string>>;
  log: (line: LogLine) => void;
  /** Most processes at once; default 4. More invocations than that wait for a free one. */
  maximum?: number;
}

interface Waiting {
  requestId: string;
  payload: string;
  resolve: (result: InvocationResult) => void;
}

/** The processes of one function. They start as they are needed. */
export class FunctionPool {
  readonly definition: FunctionDefinition;
  readonly #options: FunctionPoolOptions;
  readonly #reserved: number;
  readonly #maximum: number;
  readonly #counters = createInvocationCounters();
  readonly #processes = new Set<FunctionProcess>();
  readonly #idle: FunctionProcess[] = [];
  readonly #queue: Waiting[] = [];
  #running = 0;
  #starting = 0;
  #stopped = false;

  constructor(options: FunctionPoolOptions) {
    this.#options = options;
    this.definition = options.definition;
    this.#reserved = options.definition.reservedConcurrency ?? Infinity;
    this.#maximum = Math.max(1, Math.min(options.maximum ?? 4, this.#reserved));
  }

  /**
   * Runs the function on a free process, or a new one.
   * @param payload JSON text
   * @throws {TooManyRequestsError} when the function's reserved concurrency is used up
   */
  async invoke(payload: string, requestId: string = randomUUID()): Promise<InvocationResult> {
    if (this.#stopped) return { kind: 'error', requestId, error: stoppedError };
    if (this.#running + this.#queue.length >= this.#reserved) {
      this.#counters.count('throttles');
      throw new TooManyRequestsError(this.definition.name);
    }
    this.#counters.count('invocations');
    return await new Promise<InvocationResult>((resolve) => {
      this.#queue.push({ requestId, payload, resolve });
      this.#dispatch();
    });
  }

  counters(): InvocationCounters {
    return this.#counters.snapshot();
  }

  resetCounters(): void {
    this.#counters.reset();
  }

  /** Process ids, for tests that crash one. */
  pids(): number[] {
    return [...this.#processes].flatMap(({ pid }) => pid ?? []);
  }

  /** Kills all processes; what was running or waiting ends with an error. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { requestId, resolve } of this.#queue.splice(0))
      resolve({ kind: 'error', requestId, error: stoppedError });
    await Promise.all(
      [...this.#processes].map(async ({ kill, exited }) => {
        kill();
        await exited;
      }),
    );
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idle.pop();
      if (worker === undefined) break;
      const next = worker.usable() ? this.#queue.shift() : undefined;
      if (next !== undefined) void this.#run(worker, next);
    }
    const mayGrow = () => this.#starting < this.#queue.length && this.#running + this.#starting < this.#maximum;
    while (!this.#stopped && mayGrow()) void this.#grow();
  }

  async #run(worker: FunctionProcess, { requestId, payload, resolve }: Waiting): Promise<void> {
    this.#running += 1;
    const started = performance.now();
    const result = await worker.invoke(requestId, payload);
    this.#counters.duration(performance.now() - started);
    this.#running -= 1;
    if (result.kind === 'error') this.#report(result);
    resolve(result);
    if (worker.usable()) this.#idle.push(worker);
    this.#dispatch();
  }

  async #grow(): Promise<void> {
    this.#starting += 1;
    this.#counters.count('coldStarts');
    const worker = startFunctionProcess(this.definition, this.#options.environment, this.#options.log);
    this.#processes.add(worker);
    void worker.exited.then(() => this.#forget(worker));
    const error = await worker.initialized;
    this.#starting -= 1;
    if (error === undefined) this.#idle.push(worker);
    else this.#failFirst(error);
    this.#dispatch();
  }

  /** A process that could not load the bundle fails one invocation, as on Lambda; the next one tries again. */
  #failFirst(error: FunctionError): void {
    const first = this.#queue.shift();
    if (first === undefined) return;
    const failure = { kind: 'error', requestId: first.requestId, error } as const;
    this.#report(failure);
    first.resolve(failure);
  }

  #forget(worker: FunctionProcess): void {
    this.#processes.delete(worker);
    const position = this.#idle.indexOf(worker);
    if (position === -1) return;
    this.#idle.splice(position, 1);
    if (!this.#stopped) this.#log('An idle process ended by itself; the next invocation starts another');
  }

  #report({ requestId, error }: Extract<InvocationResult, { kind: 'error' }>): void {
    this.#counters.count('errors');
    if (error.errorType === 'Sandbox.Timedout') this.#counters.count('timeouts');
    this.#log(`${requestId} ${error.errorType}: ${error.errorMessage}`);
  }

  #log(text: string): void {
    this.#options.log({ source: this.definition.label, stream: 'stderr', text });
  }
}

const stoppedError: FunctionError = { errorType: 'Local.Stopped', errorMessage: 'The local AWS was stopped' };
