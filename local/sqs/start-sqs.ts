import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../listen.ts';
import { text } from 'node:stream/consumers';
import { ACTIONS, type SqsState } from './actions.ts';
import { SqsError } from './sqs-error.ts';

export interface SqsOptions {
  /** default 0: any free port */
  port?: number;
  region: string;
  accountId: string;
  /** where clients reach this server, when that is a router; default: its own endpoint. Queue URLs start with it. */
  publicEndpoint?: () => string;
  /** default: the system clock */
  clock?: () => Date;
}

export interface SqsServer {
  endpoint: string;
  port: number;
  /** Serves one request, for a router in the same process. */
  handle: (message: IncomingMessage, response: ServerResponse) => Promise<void>;
  close: () => Promise<void>;
}

/** Starts an SQS of standard queues in memory (JSON protocol). Signatures are not checked: a router may do that. */
export async function startSqs(options: SqsOptions): Promise<SqsServer> {
  const clock = options.clock ?? (() => new Date());
  let endpoint = '';
  const state: SqsState = {
    queues: new Map(),
    region: options.region,
    accountId: options.accountId,
    now: () => clock().getTime(),
    origin: () => options.publicEndpoint?.() ?? endpoint,
  };
  const handle = (message: IncomingMessage, response: ServerResponse): Promise<void> => serve(state, message, response);
  const server = createServer((message, response) => void handle(message, response));
  const listening = await listen(server, options.port);
  endpoint = listening.endpoint;
  return { ...listening, handle };
}

async function serve(state: SqsState, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const send = (status: number, body: object, headers: Record<string, string> = {}): void => {
    if (response.destroyed) return;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers });
    response.end(JSON.stringify(body));
  };
  try {
    const name = String(message.headers['x-amz-target'] ?? '').replace('AmazonSQS.', '');
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (!action) throw new SqsError('InvalidAction', `${name} is not implemented by this local SQS`);
    send(200, await action(state, parseJson(await text(message)), gone.signal));
  } catch (error) {
    const known = error instanceof SqsError ? error : new SqsError('InternalError', String(error));
    send(
      known.code === 'InternalError' ? 500 : 400,
      { __type: `com.amazonaws.sqs#${known.code}`, message: known.message },
      { 'x-amzn-query-error': `${known.queryCode};Sender` },
    );
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body === '' ? '{}' : body);
  } catch {
    throw new SqsError('InvalidParameterValue', 'The body is not JSON.');
  }
}
