import { Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import * as z from 'zod';

/** An answer of the engine, ready to be passed on. */
export interface DynamoDbAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  readUnits: number;
  writeUnits: number;
}

/** Calls the engine for a client and finds out what the call would have cost. */
export interface DynamoDbProxy {
  forward: (incoming: IncomingMessage, operation: string) => Promise<DynamoDbAnswer>;
  close: () => void;
}

const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);
const reads = new Set(['GetItem', 'Query', 'Scan', 'BatchGetItem', 'TransactGetItems']);

/** @param endpoint of DynamoDB Local */
export function createDynamoDbProxy(endpoint: string): DynamoDbProxy {
  const agent = new Agent({ keepAlive: true });
  return {
    forward: async (incoming, operation) => {
      const original = await buffer(incoming);
      const measured = writes.has(operation) || reads.has(operation);
      const [body, wanted] = measured ? askForCapacity(original) : [original, true];
      const answer = await send({ endpoint, agent, headers: engineHeaders(incoming.headers), body });
      return measured ? withCapacity(answer, operation, wanted) : { ...answer, readUnits: 0, writeUnits: 0 };
    },
    close: () => agent.destroy(),
  };
}

/** Adds `ReturnConsumedCapacity`; the flag tells whether the client itself had asked. */
function askForCapacity(body: Buffer): [Buffer, boolean] {
  const request = z.record(z.string(), z.unknown()).safeParse(parseJson(body));
  if (!request.success) return [body, true];
  const asked = request.data.ReturnConsumedCapacity;
  if (asked !== undefined && asked !== 'NONE') return [body, true];
  return [Buffer.from(JSON.stringify({ ...request.data, ReturnConsumedCapacity: 'TOTAL' })), false];
}

const Consumed = z.object({ CapacityUnits: z.number().default(0) });
const Response = z.looseObject({ ConsumedCapacity: z.union([Consumed, z.array(Consumed)]).optional() });

type EngineAnswer = Omit<DynamoDbAnswer, 'readUnits' | 'writeUnits'>;

function withCapacity(answer: EngineAnswer, operation: string, wanted: boolean): DynamoDbAnswer {
  const response = Response.safeParse(parseJson(answer.body));
  if (answer.status >= 400 || !response.success) return { ...answer, readUnits: 0, writeUnits: 0 };
  const { ConsumedCapacity, ...rest } = response.data;
  const units = [ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
  const isWrite = writes.has(operation);
  // DynamoDB Local says 4 for a transactional write of 1 KB; DynamoDB charges 2.
  const charged = operation === 'TransactWriteItems' ? units / 2 : units;
  const cost = { readUnits: isWrite ? 0 : charged, writeUnits: isWrite ? charged : 0 };
  if (wanted) return { ...answer, ...cost };
  const body = Buffer.from(JSON.stringify(rest));
  return { ...answer, headers: { ...answer.headers, 'x-amz-crc32': String(crc32(body)) }, body, ...cost };
}

/** DynamoDB Local keeps one database per access key, so all callers come with the same one. It checks no signatures. */
function engineHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const authorization = headers.authorization?.replace(/Credential=[^/]+\//, 'Credential=local/') ?? '';
  return {
    'content-type': headers['content-type'] ?? 'application/x-amz-json-1.0',
    'x-amz-target': String(headers['x-amz-target'] ?? ''),
    'x-amz-date': String(headers['x-amz-date'] ?? ''),
    authorization,
  };
}

interface Outgoing {
  endpoint: string;
  agent: Agent;
  headers: Record<string, string>;
  body: Buffer;
}

async function send(outgoing: Outgoing, again = true): Promise<EngineAnswer> {
  const { endpoint, agent, headers, body } = outgoing;
  const request = httpRequest(endpoint, {
    method: 'POST',
    agent,
    headers: { ...headers, 'content-length': body.length },
  });
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.once('error', reject);
      request.end(body);
    });
    const passedOn = ['content-type', 'x-amzn-requestid', 'x-amz-crc32'].flatMap((name) => {
      const value = response.headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    });
    return {
      status: response.statusCode ?? 502,
      headers: Object.fromEntries(passedOn) as Record<string, string>,
      body: await buffer(response),
    };
  } catch (error) {
    // The engine closes idle connections; a request that was written into a closing one never arrived.
    if (again && request.reusedSocket) return await send(outgoing, false);
    throw error;
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
