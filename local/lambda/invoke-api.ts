import type { AsyncInvoker } from './async-invoker.ts';
import type { FunctionRegistry } from './function-registry.ts';
import { TooManyRequestsError } from './invocation.ts';

/** An HTTP answer before it is written. */
export interface ApiAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body: string;
}

const route = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/**
 * Lambda's `Invoke`.
 * @param type `RequestResponse`, `Event` or `DryRun`; undefined counts as `RequestResponse`
 */
export async function invokeApi(
  path: string,
  type: string | undefined,
  payload: string,
  { functions, events }: { functions: FunctionRegistry; events: AsyncInvoker },
): Promise<ApiAnswer> {
  const name = route.exec(path)?.[1];
  const pool = name === undefined ? undefined : functions.find(decodeURIComponent(name));
  if (pool === undefined) return failure(404, 'ResourceNotFoundException', `Function not found: ${name ?? path}`);
  const input = payload === '' ? '{}' : payload;
  if (!isJson(input)) return failure(400, 'InvalidRequestContentException', 'Could not parse request body into json');
  switch (type ?? 'RequestResponse') {
    case 'Event':
      events.accept(pool, input);
      return { status: 202, body: '' };
    case 'DryRun':
      return { status: 204, body: '' };
    case 'RequestResponse':
      break;
    default:
      return failure(400, 'InvalidParameterValueException', `Invocation type ${type ?? ''} is not known`);
  }
  try {
    const result = await pool.invoke(input);
    const headers = { 'x-amz-executed-version': '$LATEST', 'content-type': 'application/json' };
    return result.kind === 'success'
      ? { status: 200, headers, body: result.payload }
      : {
          status: 200,
          headers: { ...headers, 'x-amz-function-error': 'Unhandled' },
          body: JSON.stringify(result.error),
        };
  } catch (error) {
    if (!(error instanceof TooManyRequestsError)) throw error;
    return failure(429, 'TooManyRequestsException', error.message);
  }
}

function failure(status: number, type: string, message: string): ApiAnswer {
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': type };
  return { status, headers, body: JSON.stringify({ Type: 'User', Message: message, message }) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
