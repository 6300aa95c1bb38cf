import { Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Answer } from '../../e2e/support/openapi.ts';

export interface WireRequest {
  method: string;
  /** As it goes over the wire, with the stage. */
  path: string;
  headers: readonly (readonly [string, string])[];
  body: Buffer | undefined;
}

/** Who sends, over connections that are kept. */
export interface Sender {
  /** @throws Error when there is no answer within 30 s, or the connection breaks */
  send(wire: WireRequest): Promise<Answer>;
  close(): void;
}

const timeoutMs = 30_000;

/** Sends what fetch would refuse to, byte by byte. */
export function openSender(apiUrl: string, connections: number): Sender {
  const { hostname, port, host } = new URL(apiUrl);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const send = async ({ method, path, headers, body }: WireRequest): Promise<Answer> => {
    const length: [string, string][] = body ? [['content-length', String(body.length)]] : [];
    const all = [['host', host], ...headers, ...length].flat();
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request({ agent, hostname, port, method, path, headers: all, signal }, (response) => {
      const received = new Headers();
      for (let index = 0; index < response.rawHeaders.length; index += 2)
        received.append(response.rawHeaders[index] ?? '', response.rawHeaders[index + 1] ?? '');
      const status = response.statusCode ?? 0;
      buffer(response).then((bytes) => resolve({ status, headers: received, text: bytes.toString('utf8') }), reject);
    });
    sent.on('error', reject);
    sent.end(body);
    return promise;
  };
  return { send, close: () => agent.destroy() };
}
