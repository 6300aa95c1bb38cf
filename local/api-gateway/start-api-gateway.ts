import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../listen.ts';
import type { FunctionRegistry } from '../lambda/function-registry.ts';
import { TooManyRequestsError } from '../lambda/invocation.ts';
import type { ApiModel } from './api-model.ts';
import { headerOf, readApiRequest, type ApiRequest } from './api-request.ts';
import { createAuthorizers, type Authorizers } from './authorizer.ts';
import { GatewayFailure, renderGatewayFailure, type HttpAnswer } from './gateway-response.ts';
import { matchRoute } from './match-route.ts';
import { mockAnswer } from './mock-integration.ts';
import { proxyEvent, type RoutedRequest } from './proxy-event.ts';
import { proxyAnswer } from './proxy-response.ts';
import { s3Answer } from './s3-integration.ts';
import { createThrottle } from './throttle.ts';
import { BodyTooLargeError, readBody } from './read-body.ts';

export interface ApiGatewayOptions {
  api: ApiModel;
  functions: FunctionRegistry;
  account: string;
  region: string;
  /** 0 takes a free port. */
  port?: number;
  log: (text: string) => void;
}

export interface RunningApiGateway {
  /** With the stage, without a slash at the end: `http://127.0.0.1:4100/v1`. */
  url: string;
  port: number;
  close: () => Promise<void>;
}

/** API Gateway takes 10 MB; what it hands to Lambda may have 6 MB. */
const bodyLimit = 10 * 1024 * 1024;
const eventLimit = 6 * 1024 * 1024;
/** Of the request line and all headers. */
const headerLimit = 10_240;

/** Longer than clients keep idle connections, so that none is closed under a request. */
const keepAliveMs = 350_000;

/** Serves a REST API of the template. */
export async function startApiGateway(options: ApiGatewayOptions): Promise<RunningApiGateway> {
  const gateway = {
    ...options,
    authorizers: createAuthorizers(options.functions),
    passes: createThrottle(options.api.throttling),
  };
  // Twice what is taken, so that too much is answered by the gateway and not by Node.
  const server = createServer({ maxHeaderSize: 2 * headerLimit }, (incoming, outgoing) => {
    serve(incoming, outgoing, gateway).catch((error: unknown) => {
      options.log(`API Gateway could not answer: ${String(error)}`);
      outgoing.destroy();
    });
  });
  server.headersTimeout = 360_000;
  server.requestTimeout = 0;
  const { endpoint, port, close } = await listen(server, options.port, keepAliveMs);
  return { url: `${endpoint}/${options.api.stage}`, port, close };
}

type Gateway = ApiGatewayOptions & { authorizers: Authorizers; passes: () => boolean };

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, options: Gateway): Promise<void> {
  const request = readApiRequest(incoming);
  const answer = await respond(incoming, request, options).catch((error: unknown) => {
    const failure =
      error instanceof GatewayFailure ? error : new GatewayFailure('DEFAULT_5XX', { status: 500 }, { cause: error });
    if (failure !== error || failure.cause !== undefined) {
      options.log(`${request.method} ${request.fullPath}: ${failure.type}: ${String(failure.cause)}`);
    }
    return renderGatewayFailure(failure, { api: options.api, request });
  });
  write(outgoing, request, answer);
}

async function respond(incoming: IncomingMessage, request: ApiRequest, options: Gateway): Promise<HttpAnswer> {
  const { api, account, region, authorizers } = options;
  if (headerBytes(incoming) > headerLimit) throw new GatewayFailure('DEFAULT_4XX');
  const path = pathInStage(request.fullPath, api.stage);
  if (path === undefined) throw new GatewayFailure('DEFAULT_4XX');
  const body = await readBody(incoming, bodyLimit).catch((cause: unknown) => {
    throw cause instanceof BodyTooLargeError ? new GatewayFailure('REQUEST_TOO_LARGE') : cause;
  });
  const route = matchRoute(api.root, request.method, path);
  if (route === undefined) throw new GatewayFailure('MISSING_AUTHENTICATION_TOKEN');
  if (!options.passes()) throw new GatewayFailure('THROTTLED');
  const routed: RoutedRequest = { api, request, route, path, account, region };
  const { authorizer, integration } = route.method;
  const context = authorizer && (await authorizers.authorize(authorizer, routed));
  switch (integration.Type) {
    case 'MOCK':
      return mockAnswer(integration);
    case 'AWS':
      return s3Answer(integration, integration.file, request);
    case 'AWS_PROXY': {
      const event = JSON.stringify(proxyEvent(routed, body, context));
      if (Buffer.byteLength(event) > eventLimit) throw new GatewayFailure('REQUEST_TOO_LARGE');
      const payload = await callFunction(options.functions, integration.Uri, event, integration.TimeoutInMillis);
      return proxyAnswer(payload, headerOf(request, 'accept'), api.binaryMediaTypes);
    }
  }
}

/** Calls the function; when the integration's time is up the client gets its answer and the function runs on. */
async function callFunction(functions: FunctionRegistry, uri: string, event: string, timeout: number): Promise<string> {
  const pool = functions.find(uri);
  if (pool === undefined) throw new GatewayFailure('API_CONFIGURATION_ERROR', {}, { cause: `no function at ${uri}` });
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new GatewayFailure('INTEGRATION_TIMEOUT')), timeout);
  });
  try {
    const result = await Promise.race([pool.invoke(event), tooLate]);
    if (result.kind === 'success') return result.payload;
    throw new GatewayFailure('DEFAULT_5XX', {}, { cause: `${result.error.errorType}: ${result.error.errorMessage}` });
  } catch (error) {
    if (!(error instanceof TooManyRequestsError)) throw error;
    throw new GatewayFailure('DEFAULT_5XX', { status: 500 }, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

const headerBytes = ({ method = '', url = '', rawHeaders }: IncomingMessage): number =>
  [method, url, ...rawHeaders].reduce((sum, text) => sum + Buffer.byteLength(text), 0);

function pathInStage(fullPath: string, stage: string): string | undefined {
  if (fullPath === `/${stage}`) return '/';
  return fullPath.startsWith(`/${stage}/`) ? fullPath.slice(stage.length + 1) : undefined;
}

function write(outgoing: ServerResponse, request: ApiRequest, { status, headers, body }: HttpAnswer): void {
  const bodyless = status === 204 || status === 304 || status < 200;
  const all = [
    ...headers,
    ['x-amzn-RequestId', request.requestId],
    ['x-amz-apigw-id', request.extendedRequestId],
    ['X-Amzn-Trace-Id', request.traceId],
    ...(bodyless ? [] : [['Content-Length', String(body.length)]]),
  ];
  outgoing.writeHead(status, all.flat());
  outgoing.end(bodyless ? undefined : body);
}
