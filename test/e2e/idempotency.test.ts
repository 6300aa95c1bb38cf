import { problems } from '../../contract/problems.ts';
import { type Route, routes } from '../../contract/routes.ts';
import type { UploadUrl } from '../../contract/uploads.ts';
import { startService, type Client, type Service } from './harness.ts';

let service: Service;
let client: Client;
beforeAll(async () => {
  service = await startService();
  client = service.demo;
});
afterAll(() => service.stop());

const query = 'SELECT 1 AS one';
const failing = 'SELECT nope FROM nowhere';

/** For every POST that there is: a job that it can be done to. */
const scenes: Readonly<Record<string, () => Promise<string>>> = {
  createJob: () => Promise.resolve(''),
  abortJob: async () => (await client.create({ query })).job_id,
  retryJob: async () => (await client.finished((await client.start(failing)).job_id)).job_id,
  deleteJobByPost: async () => (await client.complete(query)).job_id,
  completeUpload: async () => {
    const { job_id } = await client.create({ operation: 'insert', object: 'demo.flights' });
    const asked = await client.call<UploadUrl>('GET', `/bulk/jobs/${job_id}/upload-url?bytes=3&parts=1`);
    await fetch(asked.body.parts?.[0]?.url ?? '', { method: 'PUT', body: 'abc' });
    return job_id;
  },
  runQuery: () => Promise.resolve(''),
};
const bodies: Readonly<Record<string, object>> = {
  createJob: { query, start: true },
  runQuery: { query },
  completeUpload: { bytes: 3, parts: 1 },
};
/** What makes another request of a body, where another path does not already. */
const others: Readonly<Record<string, object>> = {
  createJob: { query: 'SELECT 2 AS two' },
  runQuery: { query: 'SELECT 2 AS two' },
};
const posts = (Object.entries(routes) as [string, Route][]).filter(([, { method }]) => method === 'POST');

it('every POST that there is has a scene here, so that no new one goes without', () => {
  expect(Object.keys(scenes).sort()).toEqual(posts.map(([name]) => name).sort());
});

let keys = 0;
const newKey = (): string => `key-${(keys += 1)}`;

/** What a client sees of an answer, apart from what says when it was asked. */
function seen({ status, headers, text }: { status: number; headers: Headers; text: string }) {
  const told = ['content-type', 'etag', 'location', 'retry-after', 'cache-control'];
  return { status, text, headers: Object.fromEntries(told.map((name) => [name, headers.get(name)])) };
}

describe.each(posts)('%s with an Idempotency-Key', (name, route) => {
  async function scene() {
    const path = route.path.replace('{job_id}', (await scenes[name]?.()) ?? '').replace('{n}', '1');
    const body = bodies[name];
    return (headers: Record<string, string>, changed: object = {}, to = path) =>
      client.call('POST', to, body === undefined ? { headers } : { body: { ...body, ...changed }, headers });
  }

  it('is answered again byte for byte, marked as a replay', async () => {
    const send = await scene();
    const key = newKey();
    const first = await send({ 'idempotency-key': key });
    expect(first.status).toBeLessThan(300);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    if (name === 'createJob') await client.finished(first.body.job_id);
    for (const header of ['idempotency-key', 'x-idempotency-key', 'Idempotency-Key']) {
      const again = await send({ [header]: key });
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(seen(again)).toEqual(seen(first));
    }
  });

  it('that was used for another path is refused', async () => {
    const send = await scene();
    const key = newKey();
    await (
      await scene()
    )({ 'idempotency-key': key }, others[name]);
    const { status, text } = await send({ 'idempotency-key': key });
    expect({ status, code: (JSON.parse(text) as { code: string }).code }).toEqual({
      status: 422,
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it('named in two headers must be the same in both', async () => {
    const send = await scene();
    const key = newKey();
    const differing = await send({ 'idempotency-key': key, 'x-idempotency-key': `${key}-other` });
    expect(differing.status).toBe(400);
    expect(differing.text).toContain('"pointer":"idempotency-key"');
    expect((await send({ 'idempotency-key': key, 'x-idempotency-key': key })).status).toBeLessThan(300);
  });

  it.each(['', 'x'.repeat(256)])('that is no key is a 400: %#', async (key) => {
    const send = await scene();
    const { status, text } = await send({ 'idempotency-key': key });
    expect({ status, points: text.includes('"pointer":"idempotency-key"') }).toEqual({ status: 400, points: true });
  });

  it('sent many times at once is done once, and each is answered alike or told to wait', async () => {
    const send = await scene();
    const key = newKey();
    const doubles = () => Promise.all(Array.from({ length: 6 }, () => send({ 'idempotency-key': key })));
    const replies = await doubles();
    const told = replies.filter(({ status }) => status !== problems.IDEMPOTENCY_IN_PROGRESS.status);
    for (const reply of replies.filter((each) => !told.includes(each))) {
      expect(reply.text).toContain('IDEMPOTENCY_IN_PROGRESS');
      expect(Number(reply.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    expect(new Set([...told, ...(await doubles())].map((reply) => JSON.stringify(seen(reply)))).size).toBe(1);
    expect(told.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
  });
});

describe('a create', () => {
  const create = (body: object, headers: Record<string, string>, by = client) =>
    by.call('POST', '/bulk/jobs', { body, headers });

  it('is the same request in any order of its fields, and with its defaults spelled out', async () => {
    const headers = { 'idempotency-key': newKey() };
    const first = await create({ query, object: 'o' }, headers);
    const again = await create({ start: false, object: 'o', query, content_type: 'CSV' }, headers);
    expect(seen(again)).toEqual(seen(first));
  });

  it('of a deleted job is still answered as it was, and makes none', async () => {
    const headers = { 'idempotency-key': newKey() };
    const first = await create({ query }, headers);
    await client.call('POST', `/bulk/jobs/${first.body.job_id}/abort`);
    await client.call('DELETE', `/bulk/jobs/${first.body.job_id}`);
    expect(seen(await create({ query }, headers))).toEqual(seen(first));
    expect((await client.problem('GET', `/bulk/jobs/${first.body.job_id}`)).status).toBe(404);
  });

  it('that was refused is not remembered: the corrected one goes with the same key', async () => {
    const headers = { 'idempotency-key': newKey() };
    expect((await create({ query: 'DROP TABLE t' }, headers)).status).toBe(400);
    expect((await create({ query }, headers)).status).toBe(201);
  });

  it('runs one statement, however often it is sent', async () => {
    const headers = { 'idempotency-key': newKey() };
    const replies = await Promise.all(Array.from({ length: 5 }, () => create({ query, start: true }, headers)));
    const [id = ''] = new Set(replies.map(({ body }) => body.job_id));
    await client.finished(id);
    expect(await service.warehouse.statementsOf(id)).toHaveLength(1);
  });

  it('of one tenant says nothing about the same key of another', async () => {
    const headers = { 'idempotency-key': newKey() };
    const mine = await create({ query }, headers);
    const theirs = await create({ query: 'SELECT 3 AS three' }, headers, await service.tenant('other'));
    expect(theirs.status).toBe(201);
    expect(theirs.body.job_id).not.toBe(mine.body.job_id);
  });
});

it('a first request whose process is killed keeps nobody from cancelling: the repeat is done or told to wait', async () => {
  const { job_id } = await client.create({ query });
  const headers = { 'idempotency-key': newKey() };
  const first = client.call('POST', `/bulk/jobs/${job_id}/abort`, { headers }).catch(() => undefined);
  for (const pid of service.aws.functions.pids('jobs-api')) process.kill(pid, 'SIGKILL');
  await first;
  const repeat = await client.call('POST', `/bulk/jobs/${job_id}/abort`, { headers });
  expect([200, 409]).toContain(repeat.status);
  const unkeyed = await client.call('POST', `/bulk/jobs/${job_id}/abort`);
  expect({ status: unkeyed.status, state: unkeyed.body.state }).toEqual({ status: 200, state: 'Aborted' });
});
