import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Problem } from '../../contract/problems.ts';
import { startService, type Client, type Service } from './harness.ts';

let service: Service;
let client: Client;
beforeAll(async () => {
  service = await startService();
  client = service.demo;
});
afterAll(() => service.stop());

const query = 'SELECT 1 AS one';
const pointersOf = (problem: Problem) => problem.errors?.map(({ pointer }) => pointer);

/** Every refusal says what, where and what to do; none is a fault of the server. */
function expectHelpful(problem: Problem): void {
  expect(problem.status).toBeLessThan(500);
  expect(problem.type).toBe(`urn:spectra-bulk:error:${problem.code}`);
  expect(problem.hint.length).toBeGreaterThan(10);
  expect(problem.request_id).not.toBe('');
  expect(problem.detail).not.toMatch(/zod|undefined|\[object|at .*\.ts/i);
}

describe('a body that cannot be a job is a 400 that points at each fault:', () => {
  it.each<[string, unknown, string[]]>([
    ['no query', {}, ['/query']],
    ['an empty query', { query: '' }, ['/query']],
    ['a query that is no text', { query: 5 }, ['/query']],
    ['unknown fields', { query, colour: 'red', 'a/b~c': 1 }, ['/colour', '/a~1b~0c']],
    [
      'a wrong type for every option',
      { query, content_type: 'XML', compression: 1, start: 'yes' },
      ['/content_type', '/compression', '/start'],
    ],
    ['an operation that there is not', { operation: 'merge', query }, ['/operation']],
    ['a query for a load', { operation: 'delete', object: 'a.b', query }, ['/query']],
    ['a null for an option', { query, null_as: null }, ['/null_as']],
    ['a file size out of range', { query, max_file_size_mb: 1 }, ['/max_file_size_mb']],
    ['a file size that is no whole number', { query, max_file_size_mb: 5.5 }, ['/max_file_size_mb']],
    ['partitions that are no list', { query, partition_by: 'one' }, ['/partition_by']],
    ['a partition that is no column', { query, partition_by: ['two'] }, ['/partition_by/0']],
    ['partitions of nothing but partitions', { query, partition_by: ['one'] }, ['/partition_by']],
    ['a delimiter for JSON', { query, content_type: 'JSON', column_delimiter: 'PIPE' }, ['/column_delimiter']],
    ['null_as with the delimiter in it', { query, null_as: 'a,b' }, ['/null_as']],
    ['null_as for PARQUET', { query, content_type: 'PARQUET', null_as: 'x' }, ['/null_as']],
    ['two columns of one name for JSON', { query: 'SELECT 1 AS a, 2 AS A', content_type: 'JSON' }, ['/query']],
    ['a list for an object', [], ['/']],
    ['a text for an object', '"text"', ['/']],
    ['null for an object', 'null', ['/']],
    ['__proto__', '{"query":"SELECT 1 AS a","__proto__":{"start":true}}', ['/__proto__']],
  ])('%s', async (_what, body, pointers) => {
    const { status, body: problem } = await client.problem('POST', '/bulk/jobs', { body });
    expect({ status, code: problem.code }).toEqual({ status: 400, code: 'INVALID_REQUEST' });
    expect(pointersOf(problem)).toEqual(pointers);
    expectHelpful(problem);
  });

  it.each([
    ['no body', undefined],
    ['a body that is not JSON', '{"query": '],
    ['a form', 'query=SELECT+1'],
    ['bytes that are no UTF-8', '\ufffd\u0000'],
  ])('%s', async (_what, body) => {
    const { status, body: problem } = await client.problem('POST', '/bulk/jobs', body === undefined ? {} : { body });
    expect({ status, code: problem.code }).toEqual({ status: 400, code: 'INVALID_JSON' });
    expectHelpful(problem);
  });

  it.each<[string, unknown, string[]]>([
    ['no state', {}, ['/state']],
    ['a state that no client sets', { state: 'JobComplete' }, ['/state']],
    ['a reason for a start', { state: 'UploadComplete', reason: 'why' }, ['/reason']],
    ['a reason that is too long', { state: 'Aborted', reason: 'x'.repeat(501) }, ['/reason']],
  ])('PATCH with %s', async (_what, body, pointers) => {
    const { job_id } = await client.create({ query });
    const { status, body: problem } = await client.problem('PATCH', `/bulk/jobs/${job_id}`, { body });
    expect({ status, pointers: pointersOf(problem) }).toEqual({ status: 400, pointers });
    expectHelpful(problem);
    expect((await client.read(job_id)).state).toBe('Open');
  });

  it.each([
    ['limit=0', 'INVALID_REQUEST', 'limit'],
    ['limit=1001', 'INVALID_REQUEST', 'limit'],
    ['limit=many', 'INVALID_REQUEST', 'limit'],
    ['state=Finished', 'INVALID_REQUEST', 'state'],
    ['cursor=nonsense', 'INVALID_CURSOR', 'cursor'],
    ['cursor=', 'INVALID_REQUEST', 'cursor'],
    ['cursor=jobs.01K00000000000000000000000.x', 'INVALID_CURSOR', 'cursor'],
    [`cursor=${'x'.repeat(600)}`, 'INVALID_REQUEST', 'cursor'],
  ])('GET with %s', async (parameters, code, pointer) => {
    const { status, body } = await client.problem('GET', `/bulk/jobs?${parameters}`);
    expect({ status, code: body.code, pointers: pointersOf(body) }).toEqual({ status: 400, code, pointers: [pointer] });
    expectHelpful(body);
  });

  it('an Idempotency-Key that is too long', async () => {
    const call = { body: { query }, headers: { 'idempotency-key': 'x'.repeat(300) } };
    const { status, body } = await client.problem('POST', '/bulk/jobs', call);
    expect({ status, pointers: pointersOf(body) }).toEqual({ status: 400, pointers: ['idempotency-key'] });
  });
});

describe('what is too large is refused as such:', () => {
  it('a body of 300 KB', async () => {
    const body = { query: `SELECT '${'x'.repeat(300 * 1024)}' AS a` };
    const { status, body: problem } = await client.problem('POST', '/bulk/jobs', { body });
    expect({ status, code: problem.code }).toEqual({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expectHelpful(problem);
  });

  it('a body of 11 MB, which the gateway does not even pass on', async () => {
    const body = { query: `SELECT '${'x'.repeat(11 * 1024 * 1024)}' AS a` };
    const { status, body: problem } = await client.problem('POST', '/bulk/jobs', { body });
    expect({ status, code: problem.code }).toEqual({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });

  it.each([
    ['plain', 'x'.repeat(97 * 1024)],
    ['of quotes, which count twice', "''".repeat(34 * 1024)],
    ['of characters of three bytes', 'デ'.repeat(33 * 1024)],
  ])('a query of 97 KB, %s', async (_what, literal) => {
    const { status, body } = await client.problem('POST', '/bulk/jobs', {
      body: { query: `SELECT '${literal}' AS a` },
    });
    expect({ status, reason: body.reason }).toEqual({ status: 400, reason: 'SQL_TOO_LONG' });
    expectHelpful(body);
  });

  it('but not a query of 93 KB', async () => {
    expect((await client.create({ query: `SELECT '${'x'.repeat(93 * 1024)}' AS a` })).state).toBe('Open');
  });
});

describe('paths and methods', () => {
  it.each([
    ['GET', '/nothing'],
    ['GET', '/bulk'],
    ['GET', '/bulk/jobs/a/b/c/d'],
    ['POST', '/'],
    ['POST', '/health'],
    ['GET', '/bulk/jobs/01K00000000000000000000000/secrets'],
  ])('%s %s is a 404 problem', async (method, path) => {
    const { status, body } = await client.problem(method, path);
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'ROUTE_NOT_FOUND' });
    expectHelpful(body);
  });

  it.each([
    ['PUT', '/bulk/jobs', ['POST', 'GET']],
    ['DELETE', '/bulk/jobs', ['POST', 'GET']],
    ['POST', '/bulk/jobs/01K00000000000000000000000', ['GET', 'PATCH', 'DELETE']],
    ['GET', '/bulk/jobs/01K00000000000000000000000/abort', ['POST']],
    ['POST', '/bulk/jobs/01K00000000000000000000000/results', ['GET']],
  ])('%s %s is a 405 with the methods that there are', async (method, path, allowed) => {
    const { status, body, headers } = await client.problem(method, path);
    expect({ status, code: body.code }).toEqual({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(headers.get('allow')?.split(', ').sort()).toEqual(allowed.sort());
    expectHelpful(body);
  });

  it.each([
    'nonsense',
    '01K0000000000000000000000',
    '01k00000000000000000000000',
    '%2e%2e',
    'a%2Fb',
    "'%20OR%201=1",
    '%00',
    '%F0%9F%98%80',
  ])('an id that cannot be one is a job that is not there: %s', async (id) => {
    const { status, body } = await client.problem('GET', `/bulk/jobs/${id}`);
    expect(status).toBe(404);
    expectHelpful(body);
  });

  it.each(['0', '-1', '1.5', 'x', '99', '10000001'])('file %s of a job that has one is a 404', async (n) => {
    const { job_id } = await client.complete(query, { single_file: true });
    const { status, body } = await client.problem('GET', `/bulk/jobs/${job_id}/files/${n}`);
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'FILE_NOT_FOUND' });
  });
});

/** Sends bytes that fetch refuses to send. */
async function raw(path: string, headers: Record<string, string>, body: Buffer) {
  const { hostname, port, pathname } = new URL(client.apiUrl);
  const options = { hostname, port, path: pathname + path, method: 'POST', headers: { ...client.headers, ...headers } };
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request(options, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, text: answer }), reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

it('broken UTF-8 in a body is no 500', async () => {
  const body = Buffer.concat([Buffer.from('{"query":"SELECT 1 AS a'), Buffer.from([0xff, 0xc0]), Buffer.from('"}')]);
  const { status } = await raw('/bulk/jobs', { 'content-type': 'application/json' }, body);
  expect(status).toBe(400);
});

it('no function failed at any of this', () => {
  const counters = Object.values(service.aws.functions.counters());
  expect(counters.map(({ errors }) => errors)).toEqual(counters.map(() => 0));
  expect(service.logs.filter((line) => line.includes('"level":"ERROR"'))).toEqual([]);
});
