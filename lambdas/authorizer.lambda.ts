import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { type Caller, authenticate } from '../core/api-keys/api-key.ts';
import { composeAuthorizer } from './shared/compose.ts';
import { passRate } from './shared/http/rate-limit.ts';

const deps = composeAuthorizer();

/** The credential as sent: `Authorization: Bearer <key>` or `X-API-Key: <key>`. */
function credential(event: APIGatewayRequestAuthorizerEvent): string | undefined {
  const headers = Object.entries(event.headers ?? {});
  const header = (name: string) => headers.find(([key]) => key.toLowerCase() === name)?.[1];
  const bearer = /^bearer +(\S+)$/i.exec(header('authorization') ?? '')?.[1];
  return bearer ?? header('x-api-key');
}

function allow(event: APIGatewayRequestAuthorizerEvent, caller: Caller): APIGatewayAuthorizerResult {
  return {
    principalId: caller.key_id,
    ...(deps.usageKey === '' ? {} : { usageIdentifierKey: deps.usageKey }),
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn }],
    },
    context: {
      tenant_id: caller.tenant_id,
      key_id: caller.key_id,
      permissions: caller.permissions.join(' '),
      // Counted here because few of these processes see all requests; refused by who can answer with 429.
      ...passRate(deps.rates.take(caller.tenant_id)),
    },
  };
}

/** API Gateway answers 401 to exactly this error, and 500 to any other. */
const unauthorized = (): Error => new Error('Unauthorized');

export async function handler(event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  const text = credential(event);
  const caller = text === undefined ? undefined : await authenticate(deps, text);
  if (!caller) throw unauthorized();
  return allow(event, caller);
}
