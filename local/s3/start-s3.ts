import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../listen.ts';
import { verifySignature, type CredentialLookup } from '../sigv4/verify-signature.ts';
import { xmlDocument } from '../xml.ts';
import type { Call, S3Event } from './call.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { route } from './route.ts';
import { S3Error, s3Error } from './s3-error.ts';
import { parseTarget, type Target } from './s3-request.ts';
import { Buckets } from './store/buckets.ts';
import { LocalFiles } from './store/local-files.ts';

export type { S3Event } from './call.ts';

export interface S3Options {
  /** default 0: any free port */
  port?: number;
  /** directory of this server alone; created if missing */
  dataDir: string;
  region: string;
  credentials: CredentialLookup;
  /** Offers a folder whose files become objects without being sent, for processes on this machine; default false. */
  takesLocalFiles?: boolean;
  /** default: the system clock */
  clock?: () => Date;
  /** told of every object created or removed, after the fact */
  onEvent?: (event: S3Event) => void;
  /** told of answers that are this server's own fault (500) */
  onError?: (error: unknown) => void;
}

export interface S3Server {
  /** `http://127.0.0.1:<port>` */
  endpoint: string;
  port: number;
  /** The folder that `takesLocalFiles` offers; see `LOCAL_FILE_HEADER`. Emptied at the start, gone at the end. */
  localFiles: string | undefined;
  /** Serves one request, for a router in the same process. The Host header must be the one that was signed. */
  handle: (message: IncomingMessage, response: ServerResponse) => Promise<void>;
  close: () => Promise<void>;
}

/** A connection on which nothing moves for this long is closed. */
const IDLE_TIMEOUT_MS = 120_000;

/** Starts a disk-backed S3 for local use. Requests are authenticated by SigV4; authorization is not modelled. */
export async function startS3(options: S3Options): Promise<S3Server> {
  const stores: Stores = {
    buckets: await Buckets.open(options.dataDir),
    localFiles: options.takesLocalFiles === true ? await LocalFiles.open(options.dataDir) : undefined,
  };
  const handle = (message: IncomingMessage, response: ServerResponse): Promise<void> =>
    serve(options, stores, message, response);
  const server = createServer((message, response) => void handle(message, response));
  // Bodies may take as long as they move; the default of 5 minutes a request would cut large uploads.
  server.requestTimeout = 0;
  server.timeout = IDLE_TIMEOUT_MS;
  const listening = await listen(server, options.port);
  return {
    ...listening,
    localFiles: stores.localFiles?.directory,
    handle,
    close: async () => {
      await listening.close();
      await stores.localFiles?.close();
    },
  };
}

type Stores = Pick<Call, 'buckets' | 'localFiles'>;

async function serve(
  options: S3Options,
  stores: Stores,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase();
  response.setHeader('x-amz-request-id', requestId);
  response.setHeader('server', 'AmazonS3');
  try {
    for (const [name, value] of Object.entries(corsHeaders(message))) response.setHeader(name, value);
    if (message.method === 'OPTIONS') {
      response.writeHead(200, preflightHeaders(message)).end();
      return;
    }
    await answer(options, stores, message, response);
  } catch (error) {
    fail(error, message, response, requestId, options.onError);
  }
}

async function answer(
  options: S3Options,
  stores: Stores,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const clock = options.clock ?? (() => new Date());
  const target = parseTarget(message);
  const auth = verifySignature(signable(target), {
    credentials: options.credentials,
    now: clock(),
    region: options.region,
    service: 's3',
  });
  if (!auth.ok) throw new S3Error(auth.code, auth.status, auth.message, auth.details);
  await route(target)({
    request: { ...target, auth, message },
    response,
    ...stores,
    region: options.region,
    clock,
    emit: (event) => options.onEvent?.(event),
  });
}

const signable = ({ method, path, queryPairs, headers }: Target) => ({ method, path, query: queryPairs, headers });

function fail(
  error: unknown,
  message: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  onError: ((error: unknown) => void) | undefined,
): void {
  const gone = message.destroyed && !message.complete;
  if (response.headersSent || gone) {
    response.destroy();
    return;
  }
  const known = error instanceof S3Error ? error : s3Error('InternalError', {}, undefined, error);
  if (known.status >= 500 && known.code === 'InternalError') onError?.(error);
  // The rest of an unread body is taken in and dropped: a client that is still sending would miss the answer.
  message.resume();
  if (message.method === 'HEAD') {
    response.writeHead(known.status).end();
    return;
  }
  const document = xmlDocument(
    'Error',
    {
      Code: known.code,
      Message: known.message,
      ...known.details,
      Resource: (message.url ?? '/').split('?')[0] ?? '/',
      RequestId: requestId,
      HostId: 'local',
    },
    '',
  );
  response.writeHead(known.status, {
    'content-type': 'application/xml',
    'content-length': Buffer.byteLength(document),
  });
  response.end(document);
}
