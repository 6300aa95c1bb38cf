import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What one connection to S3 gets over a line to another continent, about; S3 itself gives some 90 MB/s to each. */
export const lineRate = 25e6;
const firstByteMs = 30;

export interface SlowLine {
  url: string;
  stop: () => Promise<void>;
}

/** A way to a server on which each request waits for its first byte, and gets so many bytes a second. */
export async function startSlowLine(target: string): Promise<SlowLine> {
  const { hostname, port, host } = new URL(target);
  const server = createServer(({ method, url: path, headers }, outgoing) => {
    // Signatures cover the host that was asked for in the first place.
    const passed = request({ hostname, port, method, path, headers: { ...headers, host } }, (answer) => {
      void paced(answer, outgoing).catch(() => outgoing.destroy());
    });
    passed.on('error', () => outgoing.destroy());
    passed.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function paced(answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  await delay(firstByteMs);
  const began = performance.now();
  let bytes = 0;
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    const early = (bytes / lineRate) * 1000 - (performance.now() - began);
    if (early > 1) await delay(early);
    if (!outgoing.write(chunk)) await once(outgoing, 'drain');
  }
  outgoing.end();
}
