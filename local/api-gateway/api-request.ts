import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A request as it came over the wire, taken apart. */
export interface ApiRequest {
  requestId: string;
  extendedRequestId: string;
  traceId: string;
  receivedAt: Date;
  method: string;
  /** The path with the stage, percent-encoded as it came. */
  fullPath: string;
  /** All values of each header, under the name as it was sent. */
  headers: Readonly<Record<string, readonly string[]>>;
  query: Readonly<Record<string, readonly string[]>>;
  sourceIp: string;
  /** Host and port that the client called. */
  host: string;
  protocol: string;
}

/** Headers that belong to the connection and are not passed on. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'te',
  'upgrade',
  'expect',
  'content-length',
]);

/** Takes an incoming request apart, without its body. */
export function readApiRequest(incoming: IncomingMessage): ApiRequest {
  const [fullPath, search = ''] = splitOnce(incoming.url ?? '/', '?');
  const sourceIp = (incoming.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  const traceId = `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
  const host = incoming.headers.host ?? 'localhost';
  return {
    requestId: randomUUID(),
    extendedRequestId: randomBytes(11).toString('base64url') + '=',
    traceId,
    receivedAt: new Date(),
    method: incoming.method ?? 'GET',
    fullPath,
    headers: {
      ...headerValues(incoming.rawHeaders),
      'X-Amzn-Trace-Id': [traceId],
      'X-Forwarded-For': [sourceIp],
      'X-Forwarded-Port': [host.split(':')[1] ?? '80'],
      'X-Forwarded-Proto': ['http'],
    },
    query: queryValues(search),
    sourceIp,
    host,
    protocol: `HTTP/${incoming.httpVersion}`,
  };
}

/** The first header of that name, in whatever case it was sent; of several, the last, as API Gateway has it. */
export function headerOf(request: ApiRequest, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(request.headers)
    .find(([sent]) => sent.toLowerCase() === wanted)?.[1]
    .at(-1);
}

/* Names come from outside: in a plain object `__proto__` and `constructor` would be there already. */

function headerValues(raw: readonly string[]): Record<string, string[]> {
  const byName = new Map<string, { sent: string; values: string[] }>();
  for (let index = 0; index < raw.length; index += 2) {
    const [sent = '', value = ''] = raw.slice(index, index + 2);
    const lower = sent.toLowerCase();
    if (hopByHop.has(lower)) continue;
    const known = byName.get(lower) ?? { sent, values: [] };
    known.values.push(value);
    byName.set(lower, known);
  }
  return Object.fromEntries([...byName.values()].map(({ sent, values }) => [sent, values]));
}

function queryValues(search: string): Record<string, string[]> {
  const byName = Map.groupBy(new URLSearchParams(search), ([name]) => name);
  return Object.fromEntries([...byName].map(([name, entries]) => [name, entries.map(([, value]) => value)]));
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
