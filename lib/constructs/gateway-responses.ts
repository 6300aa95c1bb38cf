import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { type ProblemCode, problems, problemType } from '../../contract/problems.ts';

export interface GatewayAnswer {
  code: ProblemCode;
  detail: string;
  headers?: Readonly<Record<string, string>>;
  /** Differs from the status of the code where the gateway has a more exact one. */
  status?: number;
}

const unauthorized: GatewayAnswer = {
  code: 'UNAUTHORIZED',
  detail: 'The request carries no credential, or one that is not valid.',
  headers: { 'WWW-Authenticate': 'Bearer' },
};
const forbidden: GatewayAnswer = {
  code: 'FORBIDDEN',
  detail: 'The request was refused before it reached the service.',
};
export const noSuchPath: GatewayAnswer = {
  code: 'ROUTE_NOT_FOUND',
  detail: 'The API has no such path, or not with this method.',
};
const tooMany: GatewayAnswer = {
  code: 'RATE_LIMITED',
  detail: 'The API receives more requests than it lets through.',
  headers: { 'Retry-After': '1' },
};
const usedUp: GatewayAnswer = {
  code: 'RATE_LIMITED',
  detail: 'The API has received as many requests as it takes on one day (UTC).',
  headers: { 'Retry-After': '3600' },
};
const broken: GatewayAnswer = {
  code: 'INTERNAL_ERROR',
  detail: 'The service did not give an answer that could be passed on.',
};
export const unavailable: GatewayAnswer = {
  code: 'SERVICE_UNAVAILABLE',
  detail: 'The service did not answer in time.',
  headers: { 'Retry-After': '5' },
};

/** What API Gateway answers by itself, in the words of contract/problems.ts. */
export const gatewayAnswers: ReadonlyMap<ResponseType, GatewayAnswer> = new Map([
  [ResponseType.UNAUTHORIZED, unauthorized],
  [ResponseType.ACCESS_DENIED, forbidden],
  [ResponseType.EXPIRED_TOKEN, forbidden],
  [ResponseType.INVALID_API_KEY, forbidden],
  [ResponseType.INVALID_SIGNATURE, forbidden],
  [ResponseType.WAF_FILTERED, forbidden],
  // A path that does not exist looks to API Gateway like a request that isn't signed.
  [ResponseType.MISSING_AUTHENTICATION_TOKEN, noSuchPath],
  [ResponseType.RESOURCE_NOT_FOUND, noSuchPath],
  [ResponseType.THROTTLED, tooMany],
  [ResponseType.QUOTA_EXCEEDED, usedUp],
  [
    ResponseType.REQUEST_TOO_LARGE,
    { code: 'PAYLOAD_TOO_LARGE', detail: 'The body is larger than the 10 MB that the API takes.' },
  ],
  [
    ResponseType.DEFAULT_4XX,
    { code: 'INVALID_REQUEST', detail: 'The request was refused before it reached the service.' },
  ],
  [ResponseType.INTEGRATION_TIMEOUT, unavailable],
  [ResponseType.INTEGRATION_FAILURE, unavailable],
  [ResponseType.AUTHORIZER_FAILURE, unavailable],
  [ResponseType.AUTHORIZER_CONFIGURATION_ERROR, broken],
  [ResponseType.API_CONFIGURATION_ERROR, broken],
  [ResponseType.DEFAULT_5XX, broken],
]);

/** A problem as a mapping template: API Gateway puts the id of the request in. */
export function problemTemplate({ code, detail, status }: GatewayAnswer): string {
  const { title, retryable, hint, ...problem } = problems[code];
  return JSON.stringify({
    type: problemType(code),
    title,
    status: status ?? problem.status,
    code,
    detail,
    retryable,
    hint,
    request_id: '$context.requestId',
  });
}

/** What API Gateway takes for a value, not for the name of one. */
export const literals = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `'${value}'`]));

/**
 * Makes every answer of API Gateway itself an application/problem+json. The template is filed under application/json because
 * the gateway chooses by that name; the header then says what it is.
 */
export function addGatewayResponses(api: RestApi, allowedOrigin: string): void {
  for (const [type, answer] of gatewayAnswers) {
    const responseHeaders = {
      'Content-Type': 'application/problem+json',
      'Access-Control-Allow-Origin': allowedOrigin,
      ...answer.headers,
    };
    api.addGatewayResponse(type.responseType, {
      type,
      statusCode: String(answer.status ?? problems[answer.code].status),
      responseHeaders: literals(responseHeaders),
      templates: { 'application/json': problemTemplate(answer) },
    });
  }
}
