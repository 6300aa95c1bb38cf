import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FunctionError, InvokeMessage, ProcessMessage } from './invocation.ts';

// Runs inside of the function's process: loads the bundle as Lambda does and answers one invocation at a time.
// It shares the process with the function, so it keeps to itself and imports nothing but Node.

type Handler = (event: unknown, context: unknown) => unknown;

const taskRoot = process.env.LAMBDA_TASK_ROOT ?? process.cwd();
const memoryLimitInMB = process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? '128';
let running: string | undefined;

process.on('disconnect', () => process.exit(0));
process.on('uncaughtException', (error) => fail('Runtime.UnhandledException', error));
process.on('unhandledRejection', (reason) => fail('Runtime.UnhandledPromiseRejection', reason));

try {
  const handler = await loadHandler(process.env._HANDLER ?? 'index.handler');
  process.on('message', (message) => void invoke(handler, message as InvokeMessage));
  send({ kind: 'ready' });
  endWithParent();
} catch (cause) {
  send({ kind: 'init-error', error: describe(cause) });
}

/** A handler that spins never sees the channel close, so another thread looks whether the parent is still there. */
function endWithParent(): void {
  const watch = `setInterval(() => process.ppid === ${process.ppid} || process.kill(process.pid, 'SIGKILL'), 500)`;
  new Worker(watch, { eval: true, execArgv: [], env: {} }).unref();
}

async function loadHandler(name: string): Promise<Handler> {
  const dot = name.lastIndexOf('.');
  const [file, exported] = [name.slice(0, dot), name.slice(dot + 1)];
  const path = ['.mjs', '.js', '.cjs'].map((extension) => join(taskRoot, file + extension)).find(existsSync);
  if (path === undefined) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`);
  const loaded = path.endsWith('.mjs')
    ? ((await import(pathToFileURL(path).href)) as Record<string, unknown>)
    : (createRequire(path)(path) as Record<string, unknown>);
  const handler = loaded[exported];
  if (typeof handler !== 'function') throw named('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  return handler as Handler;
}

async function invoke(handler: Handler, { requestId, payload, deadline, functionArn }: InvokeMessage): Promise<void> {
  running = requestId;
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: '$LATEST',
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: functionArn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  let answer: ProcessMessage;
  try {
    const result = await handler(JSON.parse(payload), context);
    answer = { kind: 'success', requestId, payload: toJson(result) };
  } catch (cause) {
    answer = { kind: 'error', requestId, error: describe(cause) };
  }
  running = undefined;
  send(answer);
}

function toJson(result: unknown): string {
  try {
    return result === undefined ? 'null' : JSON.stringify(result);
  } catch (cause) {
    throw named('Runtime.MarshalError', `Unable to stringify response body: ${String(cause)}`);
  }
}

function fail(errorType: string, cause: unknown): void {
  const { errorMessage, stackTrace } = describe(cause);
  const error: FunctionError = {
    errorType,
    errorMessage: `${name(cause)}: ${errorMessage}`,
    ...(stackTrace && { stackTrace }),
  };
  console.error(cause);
  const message: ProcessMessage =
    running === undefined ? { kind: 'init-error', error } : { kind: 'error', requestId: running, error, fatal: true };
  send(message, () => process.exit(129));
}

function name(cause: unknown): string {
  return cause instanceof Error ? cause.name : 'Error';
}

function describe(cause: unknown): FunctionError {
  if (!(cause instanceof Error)) return { errorType: typeof cause, errorMessage: String(cause), stackTrace: [] };
  return { errorType: cause.name, errorMessage: cause.message, stackTrace: (cause.stack ?? '').split('\n') };
}

function named(errorName: string, message: string): Error {
  const error = new Error(message);
  error.name = errorName;
  return error;
}

function send(message: ProcessMessage, sent: () => void = () => undefined): void {
  if (process.send === undefined) throw new Error('This file runs as a child process with an IPC channel');
  process.send(message, undefined, undefined, sent);
}
