import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import { TenantId, WarehouseUser } from '../../../contract/ids.ts';
import type { FieldError } from '../../../contract/problems.ts';
import type { Route } from '../../../contract/routes.ts';
import { Permission } from '../../../contract/service.ts';
import { invalidRequest, ProblemError } from '../../../core/problem-error.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { readBody, readRawBody } from './read-body.ts';

/** What the authorizer passes on; all strings, as API Gateway requires. */
export const CallerContext = z.object({
  tenant_id: TenantId,
  /** Of the key, or of a token's subject. */
  key_id: z.string(),
  permissions: z
    .string()
    .transform((text) => text.split(' ').filter((word) => word !== ''))
    .pipe(z.array(Permission)),
  warehouse_user: WarehouseUser.optional(),
});
export type CallerContext = z.infer<typeof CallerContext>;

type Parsed<Schema> = Schema extends z.ZodType ? z.infer<Schema> : undefined;
type Part<R extends Route, Name extends 'params' | 'query' | 'headers' | 'body'> =
  R extends Record<Name, infer S> ? Parsed<S> : undefined;

export interface RequestOf<R extends Route> {
  params: Part<R, 'params'>;
  query: Part<R, 'query'>;
  headers: Part<R, 'headers'>;
  body: R extends { raw: readonly string[] } ? Buffer : Part<R, 'body'>;
  caller: CallerContext;
  /** Method and path, such as `POST /bulk/jobs`. */
  asked: string;
  idempotencyKey: string | undefined;
  /** Path that the API is served under, such as /v1. */
  base: string;
}

/** Reads a request as its route describes it, or refuses it whole, with every field at fault. */
export function parseRequest(event: APIGatewayProxyEvent, route: Route, params: Record<string, string>) {
  const headers = lowerCase(event.headers);
  const caller = readCaller(event, route, headers);
  const errors: FieldError[] = [];
  const part = (schema: z.ZodType | undefined, value: unknown, prefix: string): unknown => {
    if (!schema) return undefined;
    const parsed = schema.safeParse(value);
    if (!parsed.success) errors.push(...fieldErrors(parsed.error, prefix));
    return parsed.data;
  };
  const key = readIdempotencyKey(headers);
  if (route.method === 'POST' && key.error) errors.push(key.error);
  const request = {
    params: readParams(route, params),
    query: part(route.query, event.queryStringParameters ?? {}, ''),
    headers: part(route.headers, headers, ''),
    body: readBodyOf(event, route, headers, (body) => part(route.body, body, '/')),
    caller,
    asked: `${route.method} ${event.path}`,
    idempotencyKey: key.key,
    base: `/${event.requestContext.stage}`,
  };
  if (errors.length > 0) throw invalidRequest(errors);
  return request;
}

function readBodyOf(
  event: APIGatewayProxyEvent,
  { body, raw }: Route,
  headers: Record<string, string>,
  parse: (body: unknown) => unknown,
): unknown {
  if (raw) return readRawBody(event, headers['content-type'], raw);
  return body ? parse(readBody(event)) : undefined;
}

/** An id that can't be one is a job that isn't there: the answer tells nothing about what ids look like. */
function readParams(route: Route, params: Record<string, string>): unknown {
  if (!route.params) return undefined;
  const parsed = route.params.safeParse(params);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues[0]?.path[0];
  if (wrong === 'n') throw new ProblemError('FILE_NOT_FOUND', 'Files are numbered from 1.');
  throw new ProblemError('JOB_NOT_FOUND', `There is no job ${params.job_id ?? ''}.`);
}

function readCaller(
  event: APIGatewayProxyEvent,
  route: Route,
  headers: Record<string, string>,
): CallerContext | undefined {
  if (route.permission === null) return undefined;
  const caller = CallerContext.safeParse(event.requestContext.authorizer);
  if (!caller.success) throw new ProblemError('UNAUTHORIZED', 'The request carries no verified credential.');
  const claimed = headers['x-tenant-id'];
  if (claimed !== undefined && claimed !== caller.data.tenant_id) {
    throw new ProblemError('TENANT_MISMATCH', 'X-Tenant-ID names another tenant than the credential does.');
  }
  if (!mayDo(caller.data, route.permission)) {
    throw new ProblemError('FORBIDDEN', `This needs the permission ${route.permission}.`);
  }
  return caller.data;
}

export const mayDo = ({ permissions }: CallerContext, what: Permission): boolean =>
  permissions.includes(what) || permissions.includes('bulk:admin');

function fieldErrors(error: z.ZodError, prefix: string): FieldError[] {
  return error.issues.flatMap((issue) => {
    const at = (...more: string[]) => {
      const path = [...issue.path.map(String), ...more];
      return prefix === '' ? path.join('.') : prefix + path.map(escaped).join('/');
    };
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ pointer: at(key), message: 'is not a field of this request' }));
    }
    return [{ pointer: at(), message: issue.message.replace(/^.*, received undefined$/, 'is required') }];
  });
}

/** A name as a part of a JSON pointer. */
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

function lowerCase(headers: APIGatewayProxyEvent['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), value]])),
  );
}
