import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { startService, type Client, type Service } from './harness.ts';

let service: Service;
let acme: Client;
let globex: Client;
beforeAll(async () => {
  service = await startService({ settings: { SPECTRA_PRESIGNED_URL_EXPIRY: '4' } });
  acme = await service.tenant('acme');
  globex = await service.tenant('globex');
});
afterAll(() => service.stop());

const query = 'SELECT 1 AS one';
const keyOf = (client: Client): string => client.headers.authorization?.replace('Bearer ', '') ?? '';

/** Writes into the record of a key that nobody has used yet: what was used is believed for a minute. */
const alterKey = (client: Client, name: string, value: string) =>
  service.table.client.send(
    new UpdateItemCommand({
      TableName: service.table.name,
      Key: { pk: { S: `KEY#${keyOf(client).split('_')[1] ?? ''}` }, sk: { S: 'KEY' } },
      UpdateExpression: 'SET #name = :value',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': { S: value } },
    }),
  );

describe('without a valid credential every call is a 401 problem:', () => {
  const refused = async (headers: Record<string, string>) => {
    const { status, body, headers: sent } = await service.anybody(headers).problem('GET', '/bulk/jobs');
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'UNAUTHORIZED' });
    expect(body.hint).not.toBe('');
    expect(sent.get('content-type')).toContain('application/problem+json');
  };

  it('none at all', async () => {
    await refused({});
    for (const [method, path] of [
      ['POST', '/bulk/jobs'],
      ['GET', '/bulk/jobs/01K00000000000000000000000'],
      ['DELETE', '/bulk/jobs/01K00000000000000000000000'],
      ['GET', '/bulk/jobs/01K00000000000000000000000/results'],
      ['GET', '/bulk/jobs/01K00000000000000000000000/files/1'],
    ] as const)
      expect((await service.anybody().problem(method, path)).status).toBe(401);
  });

  it.each([
    ['malformed', 'Bearer nonsense'],
    ['empty', 'Bearer '],
    ['of another scheme', 'Basic YWRtaW46YWRtaW4='],
    ['unknown', `Bearer sb_${'A'.repeat(12)}_${'B'.repeat(43)}`],
    ['far too long', `Bearer sb_${'A'.repeat(5000)}`],
  ])('%s', async (_what, authorization) => {
    await refused({ authorization });
  });

  it('the right id with the wrong secret', async () => {
    const [prefix, id] = keyOf(acme).split('_');
    await refused({ authorization: `Bearer ${prefix}_${id}_${'x'.repeat(43)}` });
  });

  it('revoked', async () => {
    const revoked = await service.tenant('acme');
    await alterKey(revoked, 'revoked_at', new Date().toISOString());
    await refused(revoked.headers);
  });

  it('expired', async () => {
    const expired = await service.tenant('acme');
    await alterKey(expired, 'expires_at', new Date(Date.now() - 1000).toISOString());
    await refused(expired.headers);
  });
});

it('X-API-Key is as good as Authorization', async () => {
  const client = service.anybody({ 'x-api-key': keyOf(acme) });
  expect((await client.list()).jobs).toEqual([]);
});

describe('X-Tenant-ID', () => {
  it('that differs from the credential is refused, whatever is asked', async () => {
    const client = service.anybody({ ...acme.headers, 'x-tenant-id': 'globex' });
    const { job_id } = await acme.create({ query });
    for (const [method, path] of [
      ['GET', '/bulk/jobs'],
      ['POST', '/bulk/jobs'],
      ['GET', `/bulk/jobs/${job_id}`],
      ['DELETE', `/bulk/jobs/${job_id}`],
    ] as const) {
      const { status, body } = await client.problem(method, path, method === 'POST' ? { body: { query } } : {});
      expect({ status, code: body.code }).toEqual({ status: 403, code: 'TENANT_MISMATCH' });
    }
  });

  it('that equals it is fine', async () => {
    const client = service.anybody({ ...acme.headers, 'x-tenant-id': 'acme' });
    expect((await client.call('GET', '/bulk/jobs')).status).toBe(200);
  });
});

it('a key without bulk:write reads, and changes nothing', async () => {
  const reader = await service.tenant('acme', ['bulk:read']);
  const { job_id } = await acme.create({ query });
  expect((await reader.read(job_id)).state).toBe('Open');
  for (const [method, path, body] of [
    ['POST', '/bulk/jobs', { query }],
    ['PATCH', `/bulk/jobs/${job_id}`, { state: 'Aborted' }],
    ['POST', `/bulk/jobs/${job_id}/abort`, undefined],
    ['DELETE', `/bulk/jobs/${job_id}`, undefined],
    ['POST', `/bulk/jobs/${job_id}/delete`, undefined],
  ] as const) {
    const refusal = await reader.problem(method, path, body && { body });
    expect({ status: refusal.status, code: refusal.body.code }).toEqual({ status: 403, code: 'FORBIDDEN' });
    expect(refusal.body.detail).toContain('bulk:write');
  }
  expect((await acme.read(job_id)).state).toBe('Open');
});

it('a key without bulk:read does not read', async () => {
  const writer = await service.tenant('acme', ['bulk:write']);
  expect((await writer.problem('GET', '/bulk/jobs')).body.code).toBe('FORBIDDEN');
});

describe("another tenant's job", () => {
  it('is the same 404 as a missing one, on every route, and stays as it is', async () => {
    const { job_id } = await acme.complete(query);
    const missing = '01K00000000000000000000000';
    const told = async (method: string, id: string, rest: string, body?: object) => {
      const { status, headers, text } = await globex.problem(method, `/bulk/jobs/${id}${rest}`, body && { body });
      const same = text.replaceAll(id, 'ID').replace(/"request_id":"[^"]*"/, '');
      return { status, same, type: headers.get('content-type') };
    };
    for (const [method, rest, body] of [
      ['GET', ''],
      ['GET', '?include=query'],
      ['PATCH', '', { state: 'UploadComplete' }],
      ['PATCH', '', { state: 'Aborted' }],
      ['POST', '/abort'],
      ['DELETE', ''],
      ['POST', '/delete'],
      ['GET', '/results'],
      ['GET', '/files/1'],
    ] as const) {
      const theirs = await told(method, job_id, rest, body);
      expect(theirs.status).toBe(404);
      expect(theirs).toEqual(await told(method, missing, rest, body));
    }
    expect((await acme.read(job_id)).state).toBe('JobComplete');
    expect((await acme.results(job_id)).files.length).toBeGreaterThan(0);
  });

  it('is in no list of mine, and its cursor gives me nothing of it', async () => {
    const theirs = await acme.create({ query });
    const mine = await globex.create({ query });
    const page = await acme.list('?limit=1');
    expect((await globex.list()).jobs.map(({ job_id }) => job_id)).toEqual([mine.job_id]);
    const taken = await globex.problem('GET', `/bulk/jobs?cursor=${encodeURIComponent(page.next_cursor ?? '')}`);
    expect(taken).toMatchObject({ status: 400, body: { code: 'INVALID_CURSOR' } });
    expect((await acme.list()).jobs.map(({ job_id }) => job_id)).toContain(theirs.job_id);
  });
});

describe('a presigned URL', () => {
  const urlOf = async (client: Client): Promise<URL> => {
    const { job_id } = await client.complete(query, { single_file: true });
    return new URL((await client.results(job_id)).download_url ?? '');
  };
  const statusOf = async (url: URL) => {
    const response = await fetch(url);
    const text = await response.text();
    return { status: response.status, leaks: text.includes('one\n1') };
  };
  const refused = { status: 403, leaks: false };

  it('that was changed anywhere is refused', async () => {
    const url = await urlOf(acme);
    for (const change of [
      (copy: URL) => (copy.pathname = copy.pathname.replace('/acme/', '/globex/')),
      (copy: URL) => (copy.pathname = copy.pathname.replace(/[^/]+$/, 'manifest')),
      (copy: URL) => copy.searchParams.set('X-Amz-Expires', '604800'),
      (copy: URL) => copy.searchParams.set('X-Amz-Signature', '0'.repeat(64)),
      (copy: URL) => copy.searchParams.set('response-content-disposition', 'inline'),
    ]) {
      const copy = new URL(url);
      change(copy);
      expect(await statusOf(copy)).toEqual(refused);
    }
    expect(await statusOf(url)).toEqual({ status: 200, leaks: true });
  });

  it('without its signature is not even a request', async () => {
    const url = await urlOf(acme);
    url.searchParams.delete('X-Amz-Signature');
    expect(await statusOf(url)).toEqual({ status: 400, leaks: false });
  });

  it("of mine does not open another tenant's file", async () => {
    const [mine, theirs] = [await urlOf(globex), await urlOf(acme)];
    expect(await statusOf(mine)).toEqual({ status: 200, leaks: true });
    mine.pathname = theirs.pathname;
    expect(await statusOf(mine)).toEqual(refused);
    expect(await statusOf(theirs)).toEqual({ status: 200, leaks: true });
  });

  it('without its query is refused, and the bucket is not listed for anybody', async () => {
    const url = await urlOf(acme);
    url.search = '';
    expect(await statusOf(url)).toEqual(refused);
    url.pathname = url.pathname.split('/').slice(0, 2).join('/');
    expect(await statusOf(url)).toEqual(refused);
  });

  it('that has expired is refused, and the stable link gives a fresh one', async () => {
    const { job_id } = await acme.complete(query, { single_file: true });
    const results = await acme.results(job_id);
    const url = new URL(results.download_url ?? '');
    const expiry = Date.parse(results.url_expires_at);
    const refusal = await acme.follow(job_id, () => Date.now() > expiry + 1000, 'the URL to expire');
    expect(refusal.state).toBe('JobComplete');
    expect(await statusOf(url)).toEqual(refused);
    const fresh = await acme.call('GET', `/bulk/jobs/${job_id}/files/1`);
    expect(await statusOf(new URL(fresh.headers.get('location') ?? ''))).toEqual({ status: 200, leaks: true });
  });
});

it('no answer and no log holds the secret of a key', () => {
  const secret = keyOf(acme).split('_')[2] ?? 'none';
  expect(secret).toHaveLength(43);
  expect(service.logs.filter((line) => line.includes(secret))).toEqual([]);
});

it('a key record that was tampered with is a 401 or a 5xx problem, never a way in', async () => {
  const id = 'C'.repeat(12);
  const item = { pk: { S: `KEY#${id}` }, sk: { S: 'KEY' }, type: { S: 'api_key' }, tenant_id: { S: 'acme' } };
  await service.table.client.send(new PutItemCommand({ TableName: service.table.name, Item: item }));
  const { status } = await service
    .anybody({ authorization: `Bearer sb_${id}_${'D'.repeat(43)}` })
    .problem('GET', '/bulk/jobs');
  expect([401, 500, 503]).toContain(status);
});
