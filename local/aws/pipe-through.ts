import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

const agent = new Agent({ keepAlive: true, keepAliveMsecs: 1000, timeout: 0 });

/**
 * Hands a request to an engine and its answer back, both as streams, with all headers as they came, `Host` included.
 * Resolves when the answer is written.
 */
export async function pipeThrough(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  endpoint: string,
): Promise<void> {
  const { hostname, port } = new URL(endpoint);
  const request = httpRequest({
    hostname,
    port,
    agent,
    method: incoming.method,
    path: incoming.url,
    headers: incoming.headers,
  });
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) request.destroy();
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  // An engine may answer before it has read everything; the answer counts then, not the broken upload.
  const sent = pipeline(incoming, request).catch((cause: unknown) => cause);
  const response = await answered;
  outgoing.writeHead(response.statusCode ?? 502, response.headers);
  await pipeline(response, outgoing);
  await sent;
}
