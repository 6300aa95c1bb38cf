import * as z from 'zod';
import type { FunctionRegistry } from '../lambda/function-registry.ts';
import type { ApiAuthorizer } from './api-model.ts';
import { headerOf } from './api-request.ts';
import { GatewayFailure } from './gateway-response.ts';
import { evaluatePolicy, PolicyDocument } from './policy.ts';
import { methodArn, requestAuthorizerEvent, type AuthorizerContext, type RoutedRequest } from './proxy-event.ts';

const AuthorizerResult = z.object({
  principalId: z.string(),
  policyDocument: PolicyDocument,
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
});
type AuthorizerResult = z.infer<typeof AuthorizerResult>;

/** Asks a Lambda authorizer, or the cache of its answers. */
export interface Authorizers {
  /**
   * Returns what the authorizer passes on to the integration.
   * @throws {GatewayFailure} when the call is not allowed
   */
  authorize: (authorizer: ApiAuthorizer, routed: RoutedRequest) => Promise<AuthorizerContext>;
}

/** Authorizers with an empty cache. */
export function createAuthorizers(functions: FunctionRegistry, now: () => number = Date.now): Authorizers {
  const cache = new Map<string, { result: AuthorizerResult; expires: number }>();
  return {
    authorize: async (authorizer, routed) => {
      const started = performance.now();
      const identity = identityOf(authorizer, routed);
      const ttl = authorizer.properties.AuthorizerResultTtlInSeconds * 1000;
      const cacheable = ttl > 0 && identity.length > 0;
      const key = JSON.stringify([authorizer.id, routed.api.stage, ...identity]);
      const cached = cache.get(key);
      if (cacheable && cached !== undefined && cached.expires > now()) return allowed(cached.result, routed, 0);
      const result = await ask(functions, authorizer, routed);
      if (cacheable) cache.set(key, { result, expires: now() + ttl });
      return allowed(result, routed, Math.round(performance.now() - started));
    },
  };
}

/** The values that identify the caller. A source that is missing or empty ends the call, without asking anybody. */
function identityOf({ properties }: ApiAuthorizer, { request, api }: RoutedRequest): string[] {
  const sources =
    properties.IdentitySource === '' && properties.Type === 'TOKEN'
      ? ['method.request.header.Authorization']
      : properties.IdentitySource.split(',')
          .map((source) => source.trim())
          .filter((source) => source !== '');
  return sources.map((source) => {
    const [, place, name] =
      /^(method\.request\.header|method\.request\.querystring|stageVariables|context\.identity|context)\.(.+)$/.exec(
        source,
      ) ?? [];
    const value = valueAt(place, name ?? '');
    if (value === undefined || value === '') throw new GatewayFailure('UNAUTHORIZED');
    return value;
  });

  function valueAt(place: string | undefined, name: string): string | undefined {
    switch (place) {
      case 'method.request.header':
        return headerOf(request, name);
      case 'method.request.querystring':
        return request.query[name]?.at(-1);
      case 'stageVariables':
        return api.stageVariables[name];
      case 'context.identity':
        return { sourceIp: request.sourceIp, userAgent: headerOf(request, 'user-agent') }[name];
      default:
        return { httpMethod: request.method, path: request.fullPath, stage: api.stage }[name];
    }
  }
}

async function ask(
  functions: FunctionRegistry,
  authorizer: ApiAuthorizer,
  routed: RoutedRequest,
): Promise<AuthorizerResult> {
  const { properties } = authorizer;
  const pool = functions.find(properties.AuthorizerUri);
  if (pool === undefined) throw new GatewayFailure('AUTHORIZER_CONFIGURATION_ERROR');
  const answer = await pool.invoke(JSON.stringify(authorizerEvent(authorizer, routed))).catch((cause: unknown) => {
    throw new GatewayFailure('AUTHORIZER_FAILURE', {}, { cause });
  });
  if (answer.kind === 'error') {
    throw new GatewayFailure(answer.error.errorMessage === 'Unauthorized' ? 'UNAUTHORIZED' : 'AUTHORIZER_FAILURE');
  }
  const result = AuthorizerResult.safeParse(JSON.parse(answer.payload));
  if (!result.success) throw new GatewayFailure('AUTHORIZER_CONFIGURATION_ERROR', {}, { cause: result.error });
  return result.data;
}

function authorizerEvent({ properties }: ApiAuthorizer, routed: RoutedRequest): unknown {
  if (properties.Type === 'REQUEST') return requestAuthorizerEvent(routed);
  const header = (properties.IdentitySource || 'method.request.header.Authorization').split('.').at(-1) ?? '';
  const authorizationToken = headerOf(routed.request, header) ?? '';
  const pattern = properties.IdentityValidationExpression;
  if (pattern !== undefined && !new RegExp(pattern).test(authorizationToken)) throw new GatewayFailure('UNAUTHORIZED');
  return { type: 'TOKEN', methodArn: methodArn(routed), authorizationToken };
}

function allowed(result: AuthorizerResult, routed: RoutedRequest, integrationLatency: number): AuthorizerContext {
  const passedOn = Object.fromEntries(Object.entries(result.context ?? {}).map(([key, value]) => [key, String(value)]));
  const authorizer = { ...passedOn, principalId: result.principalId, integrationLatency: String(integrationLatency) };
  const verdict = evaluatePolicy(result.policyDocument, methodArn(routed));
  switch (verdict) {
    case 'allowed':
      return authorizer;
    case 'denied': {
      const message = 'User is not authorized to access this resource with an explicit deny';
      throw new GatewayFailure('ACCESS_DENIED', { message, authorizer });
    }
    case 'not-allowed':
      throw new GatewayFailure('ACCESS_DENIED', { authorizer });
  }
}
