import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  /** `http://127.0.0.1:<port>` */
  endpoint: string;
  port: number;
  /** Frees the port and ends every connection. */
  close: () => Promise<void>;
}

/** Longer than clients keep sockets by default, so that none is closed just as it is used again. */
const KEEP_ALIVE_MS = 65_000;

/** Lets a server listen on loopback; port 0 is any free one. @throws when the port is taken */
export async function listen(server: Server, port = 0, keepAliveMs = KEEP_ALIVE_MS): Promise<Listening> {
  server.keepAliveTimeout = keepAliveMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const bound = (server.address() as AddressInfo).port;
  const close = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
      server.closeAllConnections();
    });
  return { endpoint: `http://127.0.0.1:${bound}`, port: bound, close };
}
