import { errorMessage } from './engine/error-message.ts';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { batchExecuteStatement } from './operations/batch-execute-statement.ts';
import { cancelStatement } from './operations/cancel-statement.ts';
import { describeTable, listDatabases, listSchemas, listTables } from './operations/catalog.ts';
import { describeStatement } from './operations/describe-statement.ts';
import { executeStatement } from './operations/execute-statement.ts';
import { accessKeyOf, type Identify } from './identity/caller.ts';
import { getStatementResult, getStatementResultV2 } from './operations/get-statement-result.ts';
import { listSessions } from './operations/list-sessions.ts';
import { listStatements } from './operations/list-statements.ts';
import type { Operation, Service } from './operations/operation.ts';
import { ApiError } from './protocol/api-error.ts';

const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['ExecuteStatement', executeStatement],
  ['BatchExecuteStatement', batchExecuteStatement],
  ['DescribeStatement', describeStatement],
  ['GetStatementResult', getStatementResult],
  ['GetStatementResultV2', getStatementResultV2],
  ['CancelStatement', cancelStatement],
  ['ListStatements', listStatements],
  ['ListSessions', listSessions],
  ['ListTables', listTables],
  ['ListSchemas', listSchemas],
  ['ListDatabases', listDatabases],
  ['DescribeTable', describeTable],
]);

/** A batch has up to 40 statements of 100 KB, which JSON may escape. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new ApiError('ValidationException', 'The request is too large.');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  try {
    return text === '' ? {} : (JSON.parse(text) as unknown);
  } catch (cause) {
    throw new ApiError('SerializationException', 'The request is not JSON.', {}, cause);
  }
}

function asApiError(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  if (cause instanceof z.ZodError) {
    const problems = cause.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return new ApiError('ValidationException', `Invalid request: ${problems.join('; ')}`, {}, cause);
  }
  return new ApiError('InternalServerException', errorMessage(cause), {}, cause);
}

declare global {
  interface JSON {
    /** In Node since 22, in the compiler's libraries not yet. */
    rawJSON(text: string): object;
  }
}

/** Whole numbers keep all their digits on the wire; what a client makes of them is its own. */
const toJson = (body: object): string =>
  JSON.stringify(body, (_key, value: unknown) => (typeof value === 'bigint' ? JSON.rawJSON(String(value)) : value));

function reply(response: ServerResponse, status: number, body: object, errorType?: string): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': randomUUID(),
    ...(errorType === undefined ? {} : { 'x-amzn-errortype': errorType }),
  });
  response.end(toJson(body));
}

async function handle(
  service: Service,
  identify: Identify,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const [prefix, name = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
    const operation = prefix === 'RedshiftData' ? OPERATIONS.get(name) : undefined;
    if (operation === undefined) throw new ApiError('UnknownOperationException', `Unknown operation ${name}`);
    const caller = identify(accessKeyOf(request.headers.authorization));
    if (caller === undefined)
      throw new ApiError('UnrecognizedClientException', 'The security token included in the request is invalid.');
    reply(response, 200, await operation.handle(service, await readBody(request), caller));
  } catch (cause) {
    const error = asApiError(cause);
    const body = { __type: error.code, Message: error.message, message: error.message, ...error.details };
    reply(response, error.httpStatus, body, error.code);
  }
}

/** The Data API over HTTP: AWS JSON 1.1, one POST per operation. Signatures are not checked here, only read. */
export const createDataApiServer = (service: Service, identify: Identify): Server =>
  createServer((request, response) => void handle(service, identify, request, response));
