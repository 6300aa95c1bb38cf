import middy from '@middy/core';
import httpCors from '@middy/http-cors';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { type Route, type RouteName, routes } from '../../../contract/routes.ts';
import type { Telemetry } from '../../../core/ports.ts';
import { ProblemError } from '../../../core/problem-error.ts';
import { matchRoute } from './match-route.ts';
import { isPassing } from './passing-errors.ts';
import { parseRequest, type RequestOf } from './parse-request.ts';
import { assertWithinRate, rateHeaders, type RateState, readRate } from './rate-limit.ts';
import { problem } from './respond.ts';

/** What answers each of a Lambda's routes. */
export type Answers<Names extends RouteName> = {
  [Name in Names]: (request: RequestOf<(typeof routes)[Name]>) => Promise<APIGatewayProxyResult>;
};

export interface ServeContext {
  telemetry: Telemetry;
  corsOrigins: string[];
}

/** A Lambda proxy handler for some of the routes: finds the route, parses, answers, and turns every error into a problem. */
export function serve<Names extends RouteName>(answers: Answers<Names>, { telemetry, corsOrigins }: ServeContext) {
  const handle = async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const match = matchRoute(event.httpMethod, event.path);
    if (match.kind === 'no-route') throw new ProblemError('ROUTE_NOT_FOUND', `There is nothing at ${event.path}.`);
    if (match.kind === 'wrong-method') return wrongMethod(event, match.allowed);
    const table: Partial<Record<RouteName, (request: never) => Promise<APIGatewayProxyResult>>> = answers;
    const answer = table[match.name];
    if (!answer) throw new ProblemError('ROUTE_NOT_FOUND', `There is nothing at ${event.path}.`);
    const route: Route = routes[match.name];
    return answer(parseRequest(event, route, match.params) as never);
  };
  return middy(handle).use(readableFor(corsOrigins)).use(withRate()).use(problemsFor(telemetry));
}

/** Lets web pages of these origins read the answers and their headers; the preflight is API Gateway's. */
const readableFor = (origins: string[]) =>
  httpCors({
    ...(origins.includes('*') ? { origin: '*' } : { origins }),
    disableBeforePreflightResponse: true,
    exposeHeaders: 'ETag, Idempotency-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After',
  });

type Rated = middy.MiddlewareObj<
  APIGatewayProxyEvent,
  APIGatewayProxyResult,
  Error,
  Context,
  Record<string, unknown> & { rate?: RateState | undefined }
>;

/** Refuses what is too much before anything is looked at; every answer says how its tenant stands, the refused ones too. */
function withRate(): Rated {
  const tell: Rated['after'] = ({ response, internal }) => {
    if (response) response.headers = { ...response.headers, ...rateHeaders(internal.rate) };
  };
  return {
    before: ({ event, internal }) => {
      const rate = readRate(event.requestContext.authorizer);
      internal.rate = rate;
      assertWithinRate(rate);
    },
    after: tell,
    onError: tell,
  };
}

function wrongMethod(event: APIGatewayProxyEvent, allowed: string[]): APIGatewayProxyResult {
  const detail = `${event.path} does not know ${event.httpMethod}.`;
  return problem('METHOD_NOT_ALLOWED', detail, {}, { ...contextOf(event), headers: { allow: allowed.join(', ') } });
}

const contextOf = (event: APIGatewayProxyEvent) => ({
  request_id: event.requestContext.requestId,
  instance: event.path,
});

function problemsFor(telemetry: Telemetry): middy.MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  return {
    onError: (request) => {
      const context = contextOf(request.event);
      const { error } = request;
      if (error instanceof ProblemError) {
        request.response = problem(error.code, error.message, error.facts, context);
        return;
      }
      telemetry.error('request failed', { request_id: context.request_id, path: context.instance }, error);
      if (isPassing(error)) {
        const detail = 'A service that is needed did not answer, or was too busy.';
        request.response = problem('SERVICE_UNAVAILABLE', detail, {}, context);
        return;
      }
      request.response = problem('INTERNAL_ERROR', 'The request could not be completed.', {}, context);
    },
  };
}
