import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { S3Integration, ServiceResponse } from '../template/resources/api-gateway.ts';
import type { ApiRequest } from './api-request.ts';
import { headerOf } from './api-request.ts';
import { GatewayFailure, type HttpAnswer } from './gateway-response.ts';

/** What S3 answers a read. */
interface S3Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** API Gateway passes on at most 10 MB. */
const answerLimit = 10 * 1024 * 1024;

/**
 * The answer of an integration that reads an object of S3.
 * @param file the object, as the assembly has it
 * @throws {GatewayFailure} 500 when no response of the integration is for what S3 answered
 */
export async function s3Answer(integration: S3Integration, file: string, request: ApiRequest): Promise<HttpAnswer> {
  const source = integration.RequestParameters['integration.request.header.If-None-Match'];
  const known = source && headerOf(request, source.replace(/^method\.request\.header\./, ''));
  const answer = await readObject(file, known);
  if (answer.body.length > answerLimit) throw new GatewayFailure('DEFAULT_5XX');
  const response = chosen(integration.IntegrationResponses, String(answer.status));
  if (response === undefined) throw new GatewayFailure('API_CONFIGURATION_ERROR');
  const headers = headersOf(response, answer);
  const [template] = Object.entries(response.ResponseTemplates);
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return {
    status: Number(response.StatusCode),
    headers: hasType ? headers : [['Content-Type', template?.[0] ?? 'application/json'], ...headers],
    body: template === undefined ? answer.body : Buffer.from(filled(template[1], request)),
  };
}

/** A role that may read single objects and list nothing is told 403 of one that isn't there. */
async function readObject(file: string, known: string | undefined): Promise<S3Answer> {
  const body = await readFile(file).catch(() => undefined);
  if (body === undefined) {
    const denied =
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';
    return { status: 403, headers: { 'Content-Type': 'application/xml' }, body: Buffer.from(denied) };
  }
  const ETag = `"${createHash('md5').update(body).digest('hex')}"`;
  const same = known?.split(',').some((each) => [ETag, '*'].includes(each.trim().replace(/^W\//, '')));
  return same === true
    ? { status: 304, headers: { ETag }, body: Buffer.alloc(0) }
    : { status: 200, headers: { ETag }, body };
}

const chosen = (responses: readonly ServiceResponse[], status: string): ServiceResponse | undefined =>
  responses.find(({ SelectionPattern }) => SelectionPattern?.test(status)) ??
  responses.find(({ SelectionPattern }) => SelectionPattern === undefined);

function headersOf({ ResponseParameters }: ServiceResponse, { headers }: S3Answer): (readonly [string, string])[] {
  return Object.entries(ResponseParameters).flatMap(([parameter, expression]) => {
    const name = parameter.replace(/^method\.response\.header\./, '');
    const value =
      /^'(.*)'$/s.exec(expression)?.[1] ?? headers[expression.replace(/^integration\.response\.header\./, '')];
    return value === undefined ? [] : [[name, value] as const];
  });
}

const filled = (template: string, { requestId }: ApiRequest): string =>
  template.replaceAll('$context.requestId', requestId);
