import { errorOf } from '../errors/of-answer.ts';
import { clientError, SpectraError } from '../errors/spectra-error.ts';
import type { Retry } from '../retry/backoff.ts';
import { retrying } from '../retry/retrying.ts';
import type { Runtime } from '../runtime.ts';
import { type Deadline, deadline } from './deadline.ts';

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Ms that one try may take; default: the client's. */
  timeout?: number | undefined;
}

export interface Call extends CallOptions {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the address of the API. */
  path: string;
  query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  /** Sent as JSON. */
  body?: object | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Of a POST: the same for each try; default: a new one. */
  idempotencyKey?: string | undefined;
}

export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

export interface TransportOptions {
  url: string;
  credential: () => string | Promise<string>;
  runtime: Runtime;
  retry: Retry;
  timeout: number;
}

/** Calls the API: with the credential, within a time, again where that helps. */
export class Transport {
  readonly runtime: Runtime;
  readonly retry: Retry;
  readonly timeout: number;
  /** The page of the service that explains its codes. */
  readonly catalogue: string;
  readonly #url: string;
  readonly #credential: TransportOptions['credential'];

  constructor({ url, credential, runtime, retry, timeout }: TransportOptions) {
    this.#url = url.replace(/\/+$/, '');
    this.catalogue = `${this.#url}/docs/errors.html`;
    this.#credential = credential;
    this.runtime = runtime;
    this.retry = retry;
    this.timeout = timeout;
  }

  /** @throws SpectraError for every answer that is no success; the signal's reason when it is aborted */
  call<Body>(call: Call): Promise<Answer<Body>> {
    const key = call.method === 'POST' ? (call.idempotencyKey ?? this.runtime.newKey()) : undefined;
    const trying = { retry: this.retry, runtime: this.runtime, signal: call.signal };
    return retrying(trying, async () => {
      const until = deadline(call.timeout ?? this.timeout, call.signal);
      try {
        const response = await this.open(call, until, key);
        const text = await unbroken(until, response.text());
        // The service holds its answers to contract/ in its own tests; checking them again would bring zod along.
        return { status: response.status, headers: response.headers, body: parse(response, text) as Body };
      } finally {
        until.end();
      }
    });
  }

  /** One try: the answer with its body still to come. @throws SpectraError unless it is a success or 304 */
  async open(call: Call, until: Deadline, key?: string): Promise<Response> {
    const headers: Record<string, string> = { ...call.headers };
    const credential = await this.#credential();
    // The one header that is dropped when an answer leads to S3, which takes no second credential.
    if (credential !== '') headers.authorization = `Bearer ${credential}`;
    if (key !== undefined) headers['idempotency-key'] = key;
    const init: RequestInit = { method: call.method, headers, signal: until.signal };
    if (call.body !== undefined) {
      headers['content-type'] = 'application/json';
      init.body = JSON.stringify(call.body);
    }
    const response = await unbroken(until, this.runtime.fetch(this.#address(call), init));
    if (response.ok || response.status === 304) return response;
    throw errorOf(response, await unbroken(until, response.text()), this.runtime.now(), this.catalogue);
  }

  #address({ path, query = {} }: Call): string {
    const asked = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, String(value));
    const text = asked.toString();
    return `${this.#url}${path}${text === '' ? '' : `?${text}`}`;
  }
}

/** What fetch throws says little; what it means is a broken connection, unless it was told to stop. */
export async function unbroken<Value>({ signal }: Pick<Deadline, 'signal'>, work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof SpectraError) throw cause;
    throw clientError('NETWORK_ERROR', `The connection failed: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function parse(response: Response, text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw clientError('INVALID_ANSWER', `The answer to ${response.url} is not JSON`, {
      cause,
      status: response.status,
    });
  }
}
