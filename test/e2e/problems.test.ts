import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { Sha256Hasher } from '../../adapters/crypto/hasher.ts';
import { items } from '../../adapters/dynamo/records.ts';
import { TenantId } from '../../contract/ids.ts';
import { type Problem, type ProblemCode, problemCodes, problems } from '../../contract/problems.ts';
import { claimOf } from '../../core/idempotency/claim.ts';
import { SQL_REFUSALS, type SqlRefusalCode } from '../../core/sql/refusals.ts';
import { startService, type Client, type Service } from './harness.ts';
import type { Reply } from './support/client.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({
    settings: {
      SPECTRA_TENANT_REQUESTS_PER_SECOND: '30',
      SPECTRA_TENANT_REQUEST_BURST: '100',
      SPECTRA_TENANT_JOBS_PER_DAY: '4',
      SPECTRA_TENANT_MAX_WAITING_JOBS: '2',
      SPECTRA_BULK_MAX_CONCURRENT_JOBS: '1',
    },
  });
  service.aws.schedules.pause();
});
afterAll(() => service.stop());

const query = 'SELECT 1 AS one';
const endless = 'SELECT count(*) FROM generate_series(1, 100000000000) AS a(x)';
const nobody = '01K00000000000000000000000';
type Refused = Reply<Problem>;

const alter = (key: [pk: string, sk: string], name: string, value: string | number) =>
  service.table.client.send(
    new UpdateItemCommand({
      TableName: service.table.name,
      Key: { pk: { S: key[0] }, sk: { S: key[1] } },
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': typeof value === 'string' ? { S: value } : { N: String(value) } },
    }),
  );

/** Sends until one is refused. @throws Error when none is */
async function untilRefused(most: number, send: () => Promise<Reply<unknown>>): Promise<Refused> {
  for (let sent = 0; sent < most; sent += 1) {
    const reply = await send();
    if (reply.status >= 400) return reply as Refused;
  }
  throw new Error(`None of ${most} was refused`);
}

const loadOf = (tenant: string) => ({ operation: 'insert', object: `"${tenant}".flights` });

const create = (client: Client, body: object = { query }, headers = {}) =>
  client.call<Problem>('POST', '/bulk/jobs', { body, headers });

/** A key as a request leaves it that has died: claimed, without an answer. */
async function claimAsTheDead(tenant: string, key: string, body: object): Promise<void> {
  const asked = { tenant_id: TenantId.parse(tenant), key, asked: `POST /bulk/jobs/${nobody}/abort`, body: undefined };
  const record = {
    type: 'idempotency' as const,
    phase: 'running' as const,
    ...claimOf(new Sha256Hasher(), { ...asked, ...body }),
    ttl: Math.ceil(Date.now() / 1000) + 3600,
    lease_id: 'of the dead',
    lease_until: Date.now() + 20_000,
  };
  const { name: TableName, client } = service.table;
  await client.send(new PutItemCommand({ TableName, Item: items.idempotency(record) }));
}

/** How each code of contract/problems.ts really comes about; each as a tenant of its own, since some use up what a tenant has. */
const ways: Readonly<Record<ProblemCode, (client: Client, tenant: string) => Promise<Refused>>> = {
  INVALID_REQUEST: (client) => create(client, {}),
  INVALID_JSON: (client) => client.problem('POST', '/bulk/jobs', { body: '{"query": ' }),
  INVALID_CURSOR: (client) => client.problem('GET', '/bulk/jobs?cursor=nonsense'),
  OBJECT_NOT_ALLOWED: (client) => create(client, { operation: 'insert', object: 'of_another.flights' }),
  WRONG_OPERATION: async (client) => {
    const { job_id } = await client.create({ query });
    return client.problem('GET', `/bulk/jobs/${job_id}/uploads`);
  },
  UPLOAD_MISSING: async (client, tenant) => {
    const { job_id } = await client.create(loadOf(tenant));
    return client.problem('PATCH', `/bulk/jobs/${job_id}`, { body: { state: 'UploadComplete' } });
  },
  UPLOAD_INCOMPLETE: async (client, tenant) => {
    const { job_id } = await client.create(loadOf(tenant));
    await client.call('GET', `/bulk/jobs/${job_id}/upload-url?bytes=10&parts=1`);
    return client.problem('PATCH', `/bulk/jobs/${job_id}`, { body: { state: 'UploadComplete' } });
  },
  UPLOAD_EXISTS: async (client, tenant) => {
    const { job_id } = await client.create(loadOf(tenant));
    const batch = (body: string) => ({ body, headers: { 'content-type': 'text/csv' } });
    await client.call('PUT', `/bulk/jobs/${job_id}/batches`, batch('a\n1\n'));
    return client.problem('PUT', `/bulk/jobs/${job_id}/batches`, batch('a\n2\n'));
  },
  QUERY_REFUSED: (client) => create(client, { query: 'DROP TABLE t' }),
  UNAUTHORIZED: () => service.anybody().problem('GET', '/bulk/jobs'),
  FORBIDDEN: async (_client, tenant) => create(await service.tenant(tenant, ['bulk:read'])),
  TENANT_MISMATCH: (client) => client.problem('GET', '/bulk/jobs', { headers: { 'x-tenant-id': 'another' } }),
  JOB_NOT_FOUND: (client) => client.problem('GET', `/bulk/jobs/${nobody}`),
  FILE_NOT_FOUND: async (client) => {
    const { job_id } = await client.complete(query);
    return client.problem('GET', `/bulk/jobs/${job_id}/files/99`);
  },
  ROUTE_NOT_FOUND: (client) => client.problem('GET', '/bulk/nothing'),
  METHOD_NOT_ALLOWED: (client) => client.problem('PUT', '/bulk/jobs'),
  STATE_CONFLICT: async (client) => {
    const { job_id } = await client.create({ query });
    return client.problem('DELETE', `/bulk/jobs/${job_id}`);
  },
  RESULTS_NOT_READY: async (client) => {
    const { job_id } = await client.create({ query });
    return client.problem('GET', `/bulk/jobs/${job_id}/results`);
  },
  RESULTS_EXPIRED: async (client, tenant) => {
    const { job_id } = await client.complete(query);
    await alter([`TENANT#${tenant}`, `JOB#${job_id}`], 'expires_at', new Date(Date.now() - 1000).toISOString());
    return client.problem('GET', `/bulk/jobs/${job_id}/results`);
  },
  JOB_EXPIRED: async (client, tenant) => {
    const { job_id } = await client.complete(query);
    await alter([`TENANT#${tenant}`, `JOB#${job_id}`], 'ttl', 1_000_000_000);
    return client.problem('GET', `/bulk/jobs/${job_id}`);
  },
  PAYLOAD_TOO_LARGE: (client) => create(client, { query: 'x'.repeat(300_000) }),
  IDEMPOTENCY_IN_PROGRESS: async (client, tenant) => {
    await claimAsTheDead(tenant, 'key', {});
    return client.problem('POST', `/bulk/jobs/${nobody}/abort`, { headers: { 'idempotency-key': 'key' } });
  },
  IDEMPOTENCY_KEY_REUSED: async (client) => {
    await client.create({ query }, { 'idempotency-key': 'key' });
    return create(client, { query: 'SELECT 2 AS two' }, { 'idempotency-key': 'key' });
  },
  QUERY_FAILED: (client) => client.problem('POST', '/queries', { body: { query: 'SELECT nope' } }),
  QUERY_TIMEOUT: (client) => client.problem('POST', '/queries', { body: { query: endless, timeout_seconds: 1 } }),
  RATE_LIMITED: (client) => untilRefused(2000, () => client.call('GET', '/bulk/jobs?limit=1')),
  QUOTA_EXCEEDED: (client) => untilRefused(5, () => create(client)),
  BACKLOG_FULL: (client) => untilRefused(4, () => create(client, { query: endless, start: true })),
  INTERNAL_ERROR: async (client, tenant) => {
    const { job_id } = await client.create({ query });
    await alter([`TENANT#${tenant}`, `JOB#${job_id}`], 'created_at', 'some day');
    return client.problem('GET', `/bulk/jobs/${job_id}`);
  },
  SERVICE_UNAVAILABLE: async (_client, tenant) => {
    const broken = await service.tenant(tenant);
    const [, id = ''] = (broken.headers.authorization ?? '').split('_');
    await alter([`KEY#${id}`, 'KEY'], 'created_at', 'some day');
    return broken.problem('GET', '/bulk/jobs');
  },
};

it('every code that there is has a way here, so that no new one goes without', () => {
  expect(Object.keys(ways).sort()).toEqual([...problemCodes].sort());
  expect(Object.keys(refusals).sort()).toEqual(Object.keys(SQL_REFUSALS).sort());
});

/** What comes with a code beyond its problem. */
const also: Partial<Record<ProblemCode, (refused: Refused) => void>> = {
  UNAUTHORIZED: ({ headers }) => expect(headers.get('www-authenticate')).toBe('Bearer'),
  METHOD_NOT_ALLOWED: ({ headers }) => expect(headers.get('allow')).toBe('POST, GET'),
  STATE_CONFLICT: ({ body }) => expect(body.state).toBe('Open'),
  PAYLOAD_TOO_LARGE: ({ body }) => expect(body.limit).toBe('request_body_bytes'),
  IDEMPOTENCY_IN_PROGRESS: ({ headers }) => expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(20),
  RATE_LIMITED: ({ headers, body }) => {
    expect(headers.get('ratelimit-policy')).toBe('"tenant";q=100;w=4');
    expect(headers.get('ratelimit')).toMatch(/^"tenant";r=0;t=[34]$/);
    expect(body).toMatchObject({ limit: 'tenant_requests_per_second', retry_after: 1 });
  },
  QUOTA_EXCEEDED: ({ headers, body }) => {
    const midnight = new Date().setUTCHours(24, 0, 0, 0);
    expect(Math.abs(Number(headers.get('retry-after')) - (midnight - Date.now()) / 1000)).toBeLessThan(30);
    expect(body.limit).toBe('tenant_jobs_per_day');
  },
  BACKLOG_FULL: ({ body }) => expect(body).toMatchObject({ limit: 'tenant_max_waiting_jobs', retry_after: 5 }),
};

describe.each(problemCodes)('%s', (code) => {
  it('is provoked over HTTP, and told as docs/errors.md has it', async () => {
    const tenant = code.toLowerCase().replaceAll('_', '-');
    const refused = await ways[code](await service.tenant(tenant), tenant);
    const { status, title, retryable, hint } = problems[code];
    expect(refused.status).toBe(status);
    expect(refused.body).toMatchObject({ code, status, title, retryable, type: `urn:spectra-bulk:error:${code}` });
    expect(refused.body.hint).toBe(code === 'QUERY_REFUSED' ? SQL_REFUSALS.SQL_NOT_A_QUERY.hint : hint);
    expect(refused.body.request_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(refused.body.detail).not.toMatch(/undefined|\[object|at .*\.ts/);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    if (retryable) expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    else expect(refused.headers.get('retry-after')).toBeNull();
    also[code]?.(refused);
  });
});

/** A query for each reason of QUERY_REFUSED. */
const refusals: Readonly<Record<SqlRefusalCode, string>> = {
  SQL_EMPTY: ' -- nothing but words',
  SQL_TOO_LONG: `SELECT '${'x'.repeat(97 * 1024)}' AS a`,
  SQL_TOO_DEEP: `SELECT ${'('.repeat(5000)}1${')'.repeat(5000)} AS a`,
  SQL_CHARACTER_DENIED: 'SELECT\u00a01',
  SQL_SYNTAX_ERROR: 'SELECT a FROM WHERE',
  SQL_NOT_A_QUERY: 'DELETE FROM t',
  SQL_MULTIPLE_STATEMENTS: 'SELECT 1; SELECT 2',
  SQL_SELECT_INTO: 'SELECT a INTO b FROM t',
  SQL_LOCK_DENIED: 'SELECT a FROM t FOR UPDATE',
  SQL_SYSTEM_RELATION: 'SELECT usename FROM pg_user',
  SQL_FUNCTION_DENIED: 'SELECT pg_sleep(1)',
  SQL_FILE_RELATION: "SELECT a FROM 's3://bucket/file.csv'",
  SQL_PARAMETER: 'SELECT a FROM t WHERE b = $1',
  SQL_STRING_AMBIGUOUS: "SELECT U&'d\\0061ta' AS a",
};

it.each(Object.entries(refusals))('%s refuses a query, points to it and says what to do', async (reason, refused) => {
  const { status, body } = await create(service.demo, { query: refused });
  const { hint } = SQL_REFUSALS[reason as SqlRefusalCode];
  expect({ status, reason: body.reason, hint: body.hint, at: body.errors?.map(({ pointer }) => pointer) }).toEqual({
    status: 400,
    reason,
    hint,
    at: ['/query'],
  });
});
