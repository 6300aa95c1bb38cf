import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { Problem } from '../../../contract/problems.ts';
import { ProblemError } from '../../../core/problem-error.ts';
import { json } from '../../../lambdas/shared/http/respond.ts';
import { type Answers, serve } from '../../../lambdas/shared/http/serve.ts';

const authorizer = { tenant_id: 'acme', key_id: 'k', permissions: 'bulk:read bulk:write' };

function event(more: Partial<APIGatewayProxyEvent> & { authorizer?: object } = {}): APIGatewayProxyEvent {
  const { authorizer: caller = authorizer, ...rest } = more;
  return {
    httpMethod: 'GET',
    path: '/bulk/jobs',
    headers: {},
    queryStringParameters: null,
    body: null,
    isBase64Encoded: false,
    requestContext: { requestId: 'request-1', stage: 'v1', authorizer: caller },
    ...rest,
  } as unknown as APIGatewayProxyEvent;
}

const logged: unknown[] = [];
const telemetry = {
  info: () => undefined,
  warn: () => undefined,
  error: (...line: unknown[]) => void logged.push(line),
  count: () => undefined,
};

type Some = Answers<'listJobs' | 'patchJob' | 'getFile'>;

async function ask(answers: Partial<Some>, asked: APIGatewayProxyEvent, corsOrigins = ['*']) {
  const handler = serve(answers as Some, { telemetry, corsOrigins });
  const response: APIGatewayProxyResult = await handler(asked, {} as Context);
  return { ...response, problem: () => Problem.parse(JSON.parse(response.body)) };
}

const ok = () => Promise.resolve(json(200, { fine: true }));

it('an error of ours is told as its problem, one that nobody foresaw as a 500 that gives nothing away', async () => {
  const known = await ask({ listJobs: () => Promise.reject(new ProblemError('INVALID_CURSOR', 'no')) }, event());
  expect(known.problem()).toMatchObject({ status: 400, code: 'INVALID_CURSOR', request_id: 'request-1' });
  const unknown = await ask({ listJobs: () => Promise.reject(new Error('password=hunter2 at db-1')) }, event());
  expect(unknown.statusCode).toBe(500);
  expect(unknown.body).not.toContain('hunter2');
  expect(logged).toHaveLength(1);
});

it('a path that is none is 404, a method that is none 405 with those that are', async () => {
  expect((await ask({}, event({ path: '/bulk' }))).problem().code).toBe('ROUTE_NOT_FOUND');
  const wrong = await ask({}, event({ httpMethod: 'PUT' }));
  expect(wrong.problem().code).toBe('METHOD_NOT_ALLOWED');
  expect(wrong.headers).toMatchObject({ allow: 'POST, GET' });
});

it('a route that another Lambda answers is not answered here', async () => {
  expect((await ask({ listJobs: ok }, event({ path: '/health' }))).problem().code).toBe('ROUTE_NOT_FOUND');
});

it('a request without a verified caller is 401, without the permission 403, for another tenant 403', async () => {
  expect((await ask({ listJobs: ok }, event({ authorizer: {} }))).problem().code).toBe('UNAUTHORIZED');
  const reader = { ...authorizer, permissions: 'query' };
  expect((await ask({ listJobs: ok }, event({ authorizer: reader }))).problem().code).toBe('FORBIDDEN');
  const other = await ask({ listJobs: ok }, event({ headers: { 'X-Tenant-Id': 'other' } }));
  expect(other.problem().code).toBe('TENANT_MISMATCH');
});

it('every field at fault is named, with pointers that escape what JSON pointers must', async () => {
  const body = JSON.stringify({ state: 'Aborted', reason: 7, 'a/b~c': 1 });
  const path = '/bulk/jobs/01KAJ3T9V5Q8Z7N2M4R6W1XYBC';
  const answer = await ask({ patchJob: ok }, event({ httpMethod: 'PATCH', path, body }));
  expect(
    answer
      .problem()
      .errors?.map((error) => error.pointer)
      .sort(),
  ).toEqual(['/a~1b~0c', '/reason']);
});

it('an id that can not be one is a job that is not there, a file number that can not be one a missing file', async () => {
  const patch = event({ httpMethod: 'PATCH', path: '/bulk/jobs/..%2Fx', body: '{}' });
  expect((await ask({ patchJob: ok }, patch)).problem().code).toBe('JOB_NOT_FOUND');
  const file = event({ path: '/bulk/jobs/01KAJ3T9V5Q8Z7N2M4R6W1XYBC/files/0' });
  expect((await ask({ getFile: ok }, file)).problem().code).toBe('FILE_NOT_FOUND');
});

it('a body that is not JSON, is missing or too large is told apart', async () => {
  const path = '/bulk/jobs/01KAJ3T9V5Q8Z7N2M4R6W1XYBC';
  const send = async (body: string | null) =>
    (await ask({ patchJob: ok }, event({ httpMethod: 'PATCH', path, body }))).problem().code;
  expect(await send('{')).toBe('INVALID_JSON');
  expect(await send(null)).toBe('INVALID_JSON');
  expect(await send(' '.repeat(256 * 1024 + 1))).toBe('PAYLOAD_TOO_LARGE');
});

it('pages of any origin may read answers and problems, or only those of the origins that are set', async () => {
  const from = (origin: string) => event({ headers: { Origin: origin } });
  const allowed = async (origin: string, origins: string[]) =>
    (await ask({ listJobs: ok }, from(origin), origins)).headers?.['Access-Control-Allow-Origin'];
  expect(await allowed('https://a.example', ['*'])).toBe('*');
  expect(await allowed('https://a.example', ['https://a.example', 'https://b.example'])).toBe('https://a.example');
  expect(await allowed('https://evil.example', ['https://a.example'])).toBeUndefined();
  const problem = await ask({}, { ...from('https://a.example'), path: '/nowhere' });
  expect(problem.headers).toMatchObject({ 'Access-Control-Allow-Origin': '*' });
});
