import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { authenticate, type Credential } from '../core/auth/authenticate.ts';
import type { Caller } from '../core/auth/caller.ts';
import { composeAuthorizer } from './shared/compose.ts';
import { passRate } from './shared/http/rate-limit.ts';

const deps = composeAuthorizer();

/** The credential as sent: `Authorization: Bearer <key or token>` or `X-API-Key: <key>`. */
function credential(event: APIGatewayRequestAuthorizerEvent): Credential | undefined {
  const headers = Object.entries(event.headers ?? {});
  const header = (name: string) => headers.find(([key]) => key.toLowerCase() === name)?.[1];
  const bearer = /^bearer +(\S+)$/i.exec(header('authorization') ?? '')?.[1];
  if (bearer !== undefined) return { scheme: 'bearer', text: bearer };
  const key = header('x-api-key');
  return key === undefined ? undefined : { scheme: 'x-api-key', text: key };
}

/** lambdas/shared/http/parse-request.ts reads the context again. */
function allow(event: APIGatewayRequestAuthorizerEvent, caller: Caller): APIGatewayAuthorizerResult {
  return {
    principalId: caller.caller_id,
    ...(deps.usageKey === '' ? {} : { usageIdentifierKey: deps.usageKey }),
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn }],
    },
    context: {
      tenant_id: caller.tenant_id,
      key_id: caller.caller_id,
      permissions: caller.permissions.join(' '),
      ...(caller.warehouse_user !== undefined && { warehouse_user: caller.warehouse_user }),
      // Counted here because few of these processes see all requests; refused by who can answer with 429.
      ...passRate(deps.rates.take(caller.tenant_id)),
    },
  };
}

/** API Gateway answers 401 to exactly this error, and lib/constructs/gateway-responses.ts makes a 503 of any other. */
const unauthorized = (): Error => new Error('Unauthorized');

export async function handler(event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  const sent = credential(event);
  const caller = sent && (await authenticate(deps, sent));
  if (!caller) throw unauthorized();
  return allow(event, caller);
}
