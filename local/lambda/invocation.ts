/** What a function's failure looks like to whoever called it. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  stackTrace?: string[];
}

/** How an invocation ended. */
export type InvocationResult =
  { kind: 'success'; requestId: string; payload: string } | { kind: 'error'; requestId: string; error: FunctionError };

/** The function is at its reserved concurrency. */
export class TooManyRequestsError extends Error {
  override name = 'TooManyRequestsException';
  constructor(functionName: string) {
    super(`Rate Exceeded: ${functionName} is at its reserved concurrency`);
  }
}

/** Parent to process: run the handler. `payload` is JSON text. */
export interface InvokeMessage {
  kind: 'invoke';
  requestId: string;
  payload: string;
  /** Milliseconds since the epoch at which the process will be killed. */
  deadline: number;
  functionArn: string;
}

/** Process to parent. */
export type ProcessMessage =
  | { kind: 'ready' }
  | { kind: 'init-error'; error: FunctionError }
  | { kind: 'success'; requestId: string; payload: string }
  /** With `fatal` the process ends right after this message. */
  | { kind: 'error'; requestId: string; error: FunctionError; fatal?: boolean };
