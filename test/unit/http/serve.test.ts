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

describe('the rate that the authorizer passes on', () => {
  const state = { quota: 200, window: 4, remaining: 5, reset: 3, retry_after: 0 };
  const rated = (more: object = {}) =>
    event({ authorizer: { ...authorizer, rate: JSON.stringify({ ...state, ...more }) } });

  it('is told with every answer, in the words of the draft', async () => {
    const headers = { 'ratelimit-policy': '"tenant";q=200;w=4', ratelimit: '"tenant";r=5;t=3' };
    expect((await ask({ listJobs: ok }, rated())).headers).toMatchObject(headers);
    const broken = await ask({ listJobs: () => Promise.reject(new Error('x')) }, rated());
    expect(broken).toMatchObject({ statusCode: 500, headers });
    expect((await ask({ listJobs: ok }, event())).headers).not.toHaveProperty('ratelimit');
  });

  it('ends a request that is too much before anything is looked at', async () => {
    let asked = 0;
    const count = () => {
      asked += 1;
      return ok();
    };
    const answer = await ask({ listJobs: count }, { ...rated({ remaining: 0, retry_after: 7 }), httpMethod: 'PUT' });
    expect(answer).toMatchObject({ statusCode: 429, headers: { 'retry-after': '7' } });
    expect(answer.problem()).toMatchObject({ code: 'RATE_LIMITED', retry_after: 7 });
    expect(asked).toBe(0);
  });

  it('that cannot be read is a 500, never a way around it', async () => {
    const answer = await ask({ listJobs: ok }, event({ authorizer: { ...authorizer, rate: '{}' } }));
    expect(answer.statusCode).toBe(500);
  });
});

it.each([
  ['a throttle', { name: 'ThrottlingException' }, 503],
  ['a timeout', { name: 'TimeoutError' }, 503],
  [
    'a transaction that met another',
    { name: 'TransactionCanceledException', CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }] },
    503,
  ],
  [
    'a transaction whose condition failed unforeseen',
    { name: 'TransactionCanceledException', CancellationReasons: [{ Code: 'ConditionalCheckFailed' }] },
    500,
  ],
  ['a missing table', { name: 'ResourceNotFoundException' }, 500],
])('%s of what stands under the service is told as what it is', async (_what, facts, status) => {
  const answer = await ask({ listJobs: () => Promise.reject(Object.assign(new Error('x'), facts)) }, event());
  expect(answer.statusCode).toBe(status);
  expect(Number(answer.headers?.['retry-after'])).toBeGreaterThanOrEqual(1);
});

it('a body with faults without number names some of them, each at a bearable length', async () => {
  const path = '/bulk/jobs/01KAJ3T9V5Q8Z7N2M4R6W1XYBC';
  const faults = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`${at}${'x'.repeat(40)}`, 1]));
  const many = await ask(
    { patchJob: ok },
    event({ httpMethod: 'PATCH', path, body: JSON.stringify({ state: 'UploadComplete', ...faults }) }),
  );
  expect(many.problem().errors).toHaveLength(50);
  expect(many.problem().detail).toContain('and 4950 more');
  const long = JSON.stringify({ state: 'UploadComplete', ['y'.repeat(200_000)]: 1 });
  const one = await ask({ patchJob: ok }, event({ httpMethod: 'PATCH', path, body: long }));
  expect(one.problem().errors?.[0]?.pointer).toMatch(/^\/y{199}\.\.\.$/);
  for (const { body } of [many, one]) expect(body.length).toBeLessThan(20_000);
});
