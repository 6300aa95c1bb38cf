import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What a proxy does to one request instead of handing it on as it is. */
export type Fault =
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string }
  /** The connection is cut after so many bytes of the answer's body. */
  | { kind: 'cut'; after: number }
  /** The request arrives, its answer does not. */
  | { kind: 'lost' }
  /** One byte of the body is another one. */
  | { kind: 'corrupt'; at: number };

export interface Seen {
  method: string;
  path: string;
  range: string | undefined;
  authorization: string | undefined;
  key: string | undefined;
  /** Of the answer's body, as far as it was handed on. */
  bytes: number;
}

export interface FaultyProxy {
  url: string;
  seen: Seen[];
  /** Decides for each request; undefined hands it on. */
  fault: (seen: Seen, count: number) => Fault | undefined;
  stop: () => Promise<void>;
}

/** A reverse proxy in front of one server that breaks what it is told to break. It keeps the Host that signatures cover. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const { hostname, port, host } = new URL(target);
  const proxy: FaultyProxy = {
    url: '',
    seen: [],
    fault: () => undefined,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer((incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming;
    const { range, authorization } = headers;
    const key = headers['idempotency-key'];
    const seen: Seen = { method, path, range, authorization, key: Array.isArray(key) ? key[0] : key, bytes: 0 };
    proxy.seen.push(seen);
    const fault = proxy.fault(seen, proxy.seen.length);
    if (fault?.kind === 'status') {
      incoming.resume();
      outgoing.writeHead(fault.status, fault.headers).end(fault.body ?? '');
      return;
    }
    const passed = request({ hostname, port, method, path, headers: { ...headers, host } }, (answer) =>
      handOn(answer, outgoing, seen, fault),
    );
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;
}

function handOn(answer: IncomingMessage, outgoing: ServerResponse, seen: Seen, fault: Fault | undefined): void {
  if (fault?.kind === 'lost') {
    answer.resume().on('end', () => outgoing.destroy());
    return;
  }
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.on('data', (data: Buffer) => {
    if (outgoing.destroyed) return;
    const chunk = fault?.kind === 'cut' ? data.subarray(0, Math.max(0, fault.after - seen.bytes)) : Buffer.from(data);
    if (fault?.kind === 'corrupt' && fault.at >= seen.bytes && fault.at < seen.bytes + chunk.length) {
      const at = fault.at - seen.bytes;
      chunk.writeUInt8(chunk.readUInt8(at) ^ 1, at);
    }
    seen.bytes += chunk.length;
    const isCut = fault?.kind === 'cut' && seen.bytes >= fault.after;
    // Cut only once what comes before has been sent.
    if (isCut) outgoing.write(chunk, () => outgoing.destroy());
    else if (!outgoing.write(chunk)) {
      answer.pause();
      outgoing.once('drain', () => answer.resume());
    }
  });
  answer.on('end', () => outgoing.end());
  answer.on('error', () => outgoing.destroy());
  outgoing.on('close', () => answer.destroy());
}
