import type { APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import type { ApiModel } from './api-model.ts';
import { headerOf, type ApiRequest } from './api-request.ts';
import { matchesMediaType } from './media-types.ts';
import type { RouteMatch } from './match-route.ts';

/** What is known of a request once its route is. */
export interface RoutedRequest {
  api: ApiModel;
  request: ApiRequest;
  route: RouteMatch;
  /** The path without the stage. */
  path: string;
  account: string;
  region: string;
}

/** Values that an authorizer passes on, all as text. */
export type AuthorizerContext = Readonly<Record<string, string>>;

/** The event of a Lambda proxy integration, payload version 1.0. */
export function proxyEvent(
  routed: RoutedRequest,
  body: Buffer,
  authorizer: AuthorizerContext | undefined,
): Omit<APIGatewayProxyEvent, 'requestContext'> & { requestContext: Record<string, unknown> } {
  const { api, request } = routed;
  const isBase64Encoded =
    body.length > 0 && matchesMediaType(headerOf(request, 'content-type') ?? 'application/json', api.binaryMediaTypes);
  return {
    ...eventBase(routed),
    requestContext: { ...requestContext(routed), ...(authorizer && { authorizer }) },
    body: body.length === 0 ? null : body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

/** The event of a Lambda authorizer of type REQUEST. */
export function requestAuthorizerEvent(
  routed: RoutedRequest,
): Omit<APIGatewayRequestAuthorizerEvent, 'requestContext'> & { requestContext: Record<string, unknown> } {
  return {
    type: 'REQUEST',
    methodArn: methodArn(routed),
    ...eventBase(routed),
    requestContext: requestContext(routed),
  };
}

/** The ARN that an authorizer's policy is held against. */
export function methodArn({ api, request, path, account, region }: RoutedRequest): string {
  const resource = path.replace(/^\//, '');
  return `arn:aws:execute-api:${region}:${account}:${api.apiId}/${api.stage}/${request.method}/${resource}`;
}

function eventBase({ api, request, route, path }: RoutedRequest) {
  return {
    resource: route.node.resourcePath,
    path,
    httpMethod: request.method,
    headers: lastValues(request.headers),
    multiValueHeaders: allValues(request.headers),
    queryStringParameters: orNull(lastValues(request.query)),
    multiValueQueryStringParameters: orNull(allValues(request.query)),
    pathParameters: orNull(route.pathParameters),
    stageVariables: orNull(api.stageVariables),
  };
}

function requestContext({ api, request, route, account }: RoutedRequest): Record<string, unknown> {
  const domainName = request.host;
  return {
    resourceId: route.node.resourceId,
    resourcePath: route.node.resourcePath,
    ...(route.method.operationName !== undefined && { operationName: route.method.operationName }),
    httpMethod: request.method,
    extendedRequestId: request.extendedRequestId,
    requestTime: commonLogTime(request.receivedAt),
    path: request.fullPath,
    accountId: account,
    protocol: request.protocol,
    stage: api.stage,
    domainPrefix: domainName.split('.')[0],
    requestTimeEpoch: request.receivedAt.getTime(),
    requestId: request.requestId,
    identity: {
      cognitoIdentityPoolId: null,
      accountId: null,
      cognitoIdentityId: null,
      caller: null,
      sourceIp: request.sourceIp,
      principalOrgId: null,
      accessKey: null,
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: null,
      userAgent: headerOf(request, 'user-agent') ?? null,
      user: null,
    },
    domainName,
    deploymentId: api.deploymentId,
    apiId: api.apiId,
  };
}

function lastValues(values: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? '']));
}

function allValues(values: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, [...all]]));
}

function orNull<Values extends object>(values: Values): Values | null {
  return Object.keys(values).length === 0 ? null : values;
}

/** `09/Apr/2015:12:34:56 +0000` */
function commonLogTime(date: Date): string {
  const month = date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
  const [day, time] = [date.toISOString().slice(8, 10), date.toISOString().slice(11, 19)];
  return `${day}/${month}/${date.getUTCFullYear()}:${time} +0000`;
}
