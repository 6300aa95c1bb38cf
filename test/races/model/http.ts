import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type { JobView } from '../../../contract/jobs.ts';
import { assertDocumented } from '../../e2e/support/openapi.ts';
import type { Handlers } from './handlers.ts';
import { type Invocation, invoke } from './invocation.ts';
import { type Known, tenants, type World } from './world.ts';

/** A call of the API by one of the tenants. */
export interface ApiCall {
  tenant_id: Known['tenant_id'];
  method: string;
  path: string;
  body?: object | undefined;
  headers?: Record<string, string>;
}

export interface Answered {
  call: ApiCall;
  status: number;
  job: JobView | undefined;
}

const eventOf = ({ tenant_id, method, path, body, headers = {} }: ApiCall): APIGatewayProxyEvent =>
  ({
    httpMethod: method,
    path,
    headers,
    queryStringParameters: null,
    body: body ? JSON.stringify(body) : null,
    isBase64Encoded: false,
    requestContext: {
      requestId: 'request',
      stage: 'v1',
      authorizer: { tenant_id, key_id: `key-of-${tenant_id}`, permissions: 'bulk:read bulk:write' },
    },
  }) as unknown as APIGatewayProxyEvent;

/** Calls the API; every answer is held to the document, and to what a client may rely on. */
export function callApi(
  handlers: Handlers,
  world: World,
  call: ApiCall,
  check: (answer: Answered) => void,
): Invocation {
  return invoke(
    world,
    { name: `${call.method} ${call.path}`, seconds: 28 },
    () => handlers.api(eventOf(call), {} as Context),
    (outcome, { faulted }) => {
      if (outcome.kind === 'died') return;
      if (outcome.kind === 'threw') throw new Error(`${call.method} ${call.path} threw`, { cause: outcome.error });
      check(judged(call, outcome.result, faulted));
    },
  );
}

function judged(
  call: ApiCall,
  { statusCode: status, headers, body }: APIGatewayProxyResult,
  faulted: boolean,
): Answered {
  const what = `${call.method} ${call.path} -> ${status}: ${body}`;
  assertDocumented(call.method, call.path, {
    status,
    headers: new Headers(headers as Record<string, string>),
    text: body,
  });
  if (status >= 500 && !faulted) throw new Error(`A fault, though none was injected: ${what}`);
  for (const other of tenants)
    if (other !== call.tenant_id && body.includes(`"tenant_id":"${other}"`))
      throw new Error(`Another tenant's: ${what}`);
  const read = body === '' ? undefined : (JSON.parse(body) as Partial<JobView>);
  return { call, status, job: status < 300 && read?.run_id ? (read as JobView) : undefined };
}
