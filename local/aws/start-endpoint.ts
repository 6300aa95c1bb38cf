import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../listen.ts';
import { buffer, text } from 'node:stream/consumers';
import * as z from 'zod';
import type { EventBus } from '../events/event-bus.ts';
import { putEvents } from '../events/put-events.ts';
import type { AsyncInvoker } from '../lambda/async-invoker.ts';
import type { FunctionRegistry } from '../lambda/function-registry.ts';
import { invokeApi, type ApiAnswer } from '../lambda/invoke-api.ts';
import type { AccessKeys, KeyOwner } from './access-keys.ts';
import { readAwsRequest, type AwsRequest } from './aws-request.ts';
import type { CallCounts } from './call-counts.ts';
import { cloudFormationAnswer, type DeployedStack } from './cloudformation.ts';
import type { DynamoDbProxy } from './dynamodb-proxy.ts';
import type { MetricsStore } from './metrics-store.ts';
import { pipeThrough } from './pipe-through.ts';
import { ssmAnswer } from './ssm.ts';
import { stsAnswer } from './sts.ts';

type Handle = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

/** The engines behind the endpoint. */
export interface Engines {
  s3: Handle;
  sqs: Handle;
  dynamodb: DynamoDbProxy;
  /** URL of the Data API. */
  redshiftEndpoint: string;
  bus: EventBus;
  functions: FunctionRegistry;
  events: AsyncInvoker;
  metrics: MetricsStore;
  stack: DeployedStack;
}

export interface EndpointOptions {
  /** 0 takes a free port. */
  port?: number;
  account: string;
  calls: CallCounts;
  log: (text: string) => void;
}

/** The one endpoint of all services. It listens from the start and answers once it has engines. */
export interface AwsEndpoint {
  url: string;
  port: number;
  /** From here on requests are served. */
  open: (engines: Engines, keys: AccessKeys) => void;
  close: () => Promise<void>;
}

const keepAliveMs = 120_000;

/** Starts to listen; requests that come before `open` are refused with 503. */
export async function startEndpoint(options: EndpointOptions): Promise<AwsEndpoint> {
  let serving: { engines: Engines; keys: AccessKeys } | undefined;
  const server = createServer((incoming, outgoing) => {
    if (serving === undefined) {
      outgoing.writeHead(503).end();
      return;
    }
    serve(incoming, outgoing, { ...serving, options }).catch((error: unknown) => {
      options.log(`${incoming.method ?? ''} ${incoming.url ?? ''} failed: ${String(error)}`);
      if (outgoing.headersSent) outgoing.destroy();
      else write(outgoing, failure(500, 'InternalFailure', String(error)));
    });
  });
  // Uploads may take long, and clients keep connections longer than Node would.
  server.requestTimeout = 0;
  const { endpoint, port, close } = await listen(server, options.port, keepAliveMs);
  return { port, url: endpoint, open: (engines, keys) => void (serving = { engines, keys }), close };
}

interface Serving {
  engines: Engines;
  keys: AccessKeys;
  options: EndpointOptions;
}

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, serving: Serving): Promise<void> {
  const request = readAwsRequest(incoming);
  const owner = request.accessKeyId === undefined ? undefined : serving.keys.ownerOf(request.accessKeyId);
  const caller = request.presigned ? 'presigned' : (owner?.label ?? 'anonymous');
  const count = (cost: { readUnits?: number; writeUnits?: number } = {}, operation = request.operation) =>
    serving.options.calls.record({ caller, service: request.service, operation, status: outgoing.statusCode, ...cost });
  // S3 verifies signatures itself, and lets presigned URLs and CORS preflights in.
  if (request.service === 's3') {
    await serving.engines.s3(incoming, outgoing);
    if (incoming.method !== 'OPTIONS') count();
    return;
  }
  const problem = problemOf(request, serving.keys, incoming);
  if (owner === undefined || problem !== undefined) {
    incoming.resume();
    write(outgoing, problem ?? unknownCaller());
    count();
    return;
  }
  const cost = await toEngine(incoming, outgoing, { ...request, owner }, serving);
  count(cost, cost?.operation);
}

type Cost = { readUnits?: number; writeUnits?: number; operation?: string } | undefined;

async function toEngine(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  request: AwsRequest & { owner: KeyOwner },
  serving: Serving,
): Promise<Cost> {
  const { engines } = serving;
  switch (request.service) {
    case 'dynamodb':
    case 'dynamodb-streams': {
      const answer = await engines.dynamodb.forward(incoming, request.operation);
      outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length }).end(answer.body);
      return { readUnits: answer.readUnits, writeUnits: answer.writeUnits };
    }
    case 'sqs':
      await engines.sqs(incoming, outgoing);
      return undefined;
    case 'redshift-data':
      await pipeThrough(incoming, outgoing, engines.redshiftEndpoint);
      return undefined;
    case 'events':
      write(
        outgoing,
        jsonAnswer(await text(incoming), (body) => eventsAnswer(engines.bus, request.operation, body)),
      );
      return undefined;
    case 'lambda': {
      const type = incoming.headers['x-amz-invocation-type'];
      const path = (incoming.url ?? '').split('?')[0] ?? '';
      write(outgoing, await invokeApi(path, type === undefined ? type : String(type), await text(incoming), engines));
      return undefined;
    }
    case 'monitoring':
      return await acceptMetrics(incoming, outgoing, request, engines.metrics);
    case 'logs':
      incoming.resume();
      write(outgoing, { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: '{}' });
      return undefined;
    case 'ssm':
      write(
        outgoing,
        jsonAnswer(await text(incoming), (body) => ssmAnswer(request.operation, body)),
      );
      return undefined;
    case 'cloudformation':
    case 'sts': {
      const form = new URLSearchParams(await text(incoming));
      write(outgoing, formAnswer(request, form, serving));
      return { operation: form.get('Action') ?? '' };
    }
    case 's3':
      await engines.s3(incoming, outgoing);
      return undefined;
  }
}

/** Metrics come as JSON, CBOR or a form, compressed or not. */
async function acceptMetrics(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  request: AwsRequest & { owner: KeyOwner },
  metrics: MetricsStore,
): Promise<Cost> {
  const contentType = incoming.headers['content-type'] ?? 'application/x-www-form-urlencoded';
  const raw = await buffer(incoming);
  const isText = !contentType.includes('cbor') && incoming.headers['content-encoding'] === undefined;
  const operation = request.operation || (new URLSearchParams(raw.toString()).get('Action') ?? '');
  const body = raw.toString(isText ? 'utf8' : 'base64');
  write(outgoing, metrics.accept({ caller: request.owner.label, operation, body }, contentType));
  return { operation };
}

function formAnswer(
  { service, owner }: AwsRequest & { owner: KeyOwner },
  form: URLSearchParams,
  { engines, keys, options }: Serving,
): ApiAnswer {
  return service === 'cloudformation'
    ? cloudFormationAnswer(form, engines.stack)
    : stsAnswer(form, owner, keys, options.account);
}

function jsonAnswer(body: string, answer: (body: unknown) => ApiAnswer): ApiAnswer {
  try {
    return answer(JSON.parse(body));
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError)
      return failure(400, 'ValidationException', error.message);
    throw error;
  }
}

function eventsAnswer(bus: EventBus, operation: string, body: unknown): ApiAnswer {
  if (operation !== 'PutEvents')
    return failure(400, 'UnknownOperationException', `${operation} is not implemented locally`);
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  return { status: 200, headers, body: JSON.stringify(putEvents(bus, body)) };
}

/** Why a request is not served; undefined when its key is good. */
function problemOf({ accessKeyId }: AwsRequest, keys: AccessKeys, { headers }: IncomingMessage): ApiAnswer | undefined {
  if (accessKeyId === undefined)
    return failure(400, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  const token = headers['x-amz-security-token'];
  switch (keys.problemOf(accessKeyId, token === undefined ? token : String(token))) {
    case undefined:
      return undefined;
    case 'unknown':
      return unknownCaller();
    case 'expired':
      return failure(400, 'ExpiredTokenException', 'The security token included in the request is expired');
  }
}

const unknownCaller = (): ApiAnswer =>
  failure(400, 'UnrecognizedClientException', 'The security token included in the request is invalid.');

function failure(status: number, type: string, message: string): ApiAnswer {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type };
  return { status, headers, body: JSON.stringify({ __type: type, message }) };
}

function write(outgoing: ServerResponse, { status, headers, body }: ApiAnswer): void {
  const bytes = Buffer.from(body, headers?.['content-type']?.includes('cbor') === true ? 'latin1' : 'utf8');
  outgoing
    .writeHead(status, { 'x-amzn-requestid': randomUUID(), ...headers, 'content-length': bytes.length })
    .end(bytes);
}
