import type { GatewayResponseProperties } from '../template/resources/api-gateway.ts';
import type { ApiModel } from './api-model.ts';
import { headerOf, type ApiRequest } from './api-request.ts';
import type { AuthorizerContext } from './proxy-event.ts';

/** What the gateway itself answers, by AWS's names: status, message and the type in the `x-amzn-ErrorType` header. */
const kinds = {
  ACCESS_DENIED: [403, 'User is not authorized to access this resource', 'AccessDeniedException'],
  API_CONFIGURATION_ERROR: [500, 'Internal server error', 'InternalServerErrorException'],
  AUTHORIZER_CONFIGURATION_ERROR: [500, null, 'AuthorizerConfigurationException'],
  AUTHORIZER_FAILURE: [500, null, 'AuthorizerConfigurationException'],
  DEFAULT_4XX: [403, 'Forbidden', 'ForbiddenException'],
  DEFAULT_5XX: [502, 'Internal server error', 'InternalServerErrorException'],
  INTEGRATION_TIMEOUT: [504, 'Endpoint request timed out', 'InternalServerErrorException'],
  MISSING_AUTHENTICATION_TOKEN: [403, 'Missing Authentication Token', 'MissingAuthenticationTokenException'],
  REQUEST_TOO_LARGE: [413, 'Request Too Long', 'RequestEntityTooLargeException'],
  THROTTLED: [429, 'Too Many Requests', 'TooManyRequestsException'],
  UNAUTHORIZED: [401, 'Unauthorized', 'UnauthorizedException'],
} as const satisfies Record<string, readonly [number, string | null, string]>;

export type GatewayResponseType = keyof typeof kinds;

/** Thrown where the gateway answers instead of the integration. */
export class GatewayFailure extends Error {
  override name = 'GatewayFailure';
  readonly type: GatewayResponseType;
  readonly detail: { message?: string; status?: number; authorizer?: AuthorizerContext };
  constructor(type: GatewayResponseType, detail: GatewayFailure['detail'] = {}, options?: ErrorOptions) {
    super(type, options);
    this.type = type;
    this.detail = detail;
  }
}

/** An HTTP answer, headers in the order they are sent. */
export interface HttpAnswer {
  status: number;
  headers: readonly (readonly [string, string])[];
  body: Buffer;
}

/** What is known when the gateway answers: the route may not be. */
export interface FailureScene {
  api: ApiModel;
  request: ApiRequest;
  resourcePath?: string;
}

/** Renders a failure with the template's `GatewayResponse`, that of its class (4XX, 5XX), or AWS's own. */
export function renderGatewayFailure(failure: GatewayFailure, scene: FailureScene): HttpAnswer {
  const [defaultStatus, defaultMessage, errorType] = kinds[failure.type];
  const status = failure.detail.status ?? defaultStatus;
  const message = failure.detail.message ?? defaultMessage;
  const { gatewayResponses } = scene.api;
  const custom =
    gatewayResponses.get(failure.type) ?? gatewayResponses.get(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const lookUp = variables(failure, message, scene);
  const [contentType, template] = chooseTemplate(custom, headerOf(scene.request, 'accept'));
  const headers = new Map([
    ['content-type', ['Content-Type', contentType]],
    ['x-amzn-errortype', ['x-amzn-ErrorType', errorType]],
  ]);
  for (const [parameter, expression] of Object.entries(custom?.ResponseParameters ?? {})) {
    const name = parameter.replace(/^gatewayresponse\.header\./, '');
    headers.set(name.toLowerCase(), [name, expressionValue(expression, lookUp)]);
  }
  const defaultKey = failure.type === 'ACCESS_DENIED' ? 'Message' : 'message';
  const body = template === undefined ? JSON.stringify({ [defaultKey]: message }) : substitute(template, lookUp);
  return {
    status: custom?.StatusCode === undefined ? status : Number(custom.StatusCode),
    headers: [...headers.values()].map(([name = '', value = '']) => [name, value] as const),
    body: Buffer.from(body),
  };
}

type LookUp = (path: string) => string;

function chooseTemplate(custom: GatewayResponseProperties | undefined, accept: string | undefined) {
  const templates = custom?.ResponseTemplates ?? {};
  const accepted = Object.keys(templates).find((type) =>
    accept?.split(',').some((part) => part.split(';')[0]?.trim() === type),
  );
  const type = accepted ?? ('application/json' in templates ? 'application/json' : Object.keys(templates)[0]);
  return [type ?? 'application/json', type === undefined ? undefined : templates[type]] as const;
}

function variables(
  failure: GatewayFailure,
  message: string | null,
  { api, request, resourcePath }: FailureScene,
): LookUp {
  const values: Readonly<Record<string, string>> = {
    'context.error.message': message ?? '',
    'context.error.messageString': JSON.stringify(message),
    'context.error.responseType': failure.type,
    'context.requestId': request.requestId,
    'context.extendedRequestId': request.extendedRequestId,
    'context.apiId': api.apiId,
    'context.stage': api.stage,
    'context.httpMethod': request.method,
    'context.path': request.fullPath,
    'context.resourcePath': resourcePath ?? '',
    'context.protocol': request.protocol,
    'context.domainName': request.host,
    'context.requestTimeEpoch': String(request.receivedAt.getTime()),
    'context.identity.sourceIp': request.sourceIp,
    'context.identity.userAgent': headerOf(request, 'user-agent') ?? '',
  };
  return (path) => {
    const [root, , place, ...rest] = path.split('.');
    if (root === 'method' && place === 'header') return headerOf(request, rest.join('.')) ?? '';
    if (root === 'method' && place === 'querystring') return request.query[rest.join('.')]?.at(-1) ?? '';
    if (root === 'stageVariables') return api.stageVariables[path.slice('stageVariables.'.length)] ?? '';
    const fromAuthorizer = /^context\.authorizer\.(.+)$/.exec(path)?.[1];
    if (fromAuthorizer !== undefined) return failure.detail.authorizer?.[fromAuthorizer] ?? '';
    return values[path] ?? '';
  };
}

function substitute(template: string, lookUp: LookUp): string {
  const variable = /\$\{?((?:context|method|stageVariables)(?:\.[A-Za-z_][\w-]*)+)\}?/g;
  return template.replace(variable, (_whole, path: string) => lookUp(path));
}

function expressionValue(expression: string, lookUp: LookUp): string {
  const literal = /^'(.*)'$/s.exec(expression)?.[1];
  return literal ?? lookUp(expression);
}
