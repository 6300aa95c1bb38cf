import { startService, type Client, type Service, until } from './harness.ts';
import { document } from './support/openapi.ts';

let service: Service;
let client: Client;
beforeAll(async () => {
  service = await startService();
  client = service.demo;
});
afterAll(() => service.stop());

const query = 'SELECT 1 AS one';

describe('a job that is created and then started', () => {
  it('is Open, with its query, a location and a date of expiry', async () => {
    const reply = await client.call('POST', '/bulk/jobs', { body: { query, object: 'a label' } });
    const { body } = reply;
    expect(reply.status).toBe(201);
    expect(reply.headers.get('location')).toBe(`/v1/bulk/jobs/${body.job_id}`);
    expect(reply.headers.get('retry-after')).toBeNull();
    expect(body).toMatchObject({
      state: 'Open',
      object: 'a label',
      query,
      operation: 'query',
      content_type: 'CSV',
      compression: 'NONE',
      is_finished: false,
      attempt: 1,
      run_id: `${body.job_id}.1`,
      tenant_id: 'demo',
      started_at: null,
      completed_at: null,
      result_location: null,
      error: null,
    });
    const days = (Date.parse(body.expires_at ?? '') - Date.parse(body.created_at)) / 86_400_000;
    expect(days).toBe(7);
  });

  it('passes UploadComplete and ends JobComplete, each time with the fields of its state', async () => {
    const { job_id } = await client.create({ query });
    const started = await client.patch(job_id, { state: 'UploadComplete' });
    expect(started.status).toBe(200);
    expect(started.body).toMatchObject({ state: 'UploadComplete', is_finished: false, expires_at: null });
    expect(Number(started.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    const job = await client.finished(job_id);
    expect(job).toMatchObject({
      state: 'JobComplete',
      is_finished: true,
      number_records_processed: 1,
      number_records_failed: 0,
      desired_state: null,
      error: null,
      result_location: `/v1/bulk/jobs/${job_id}/results`,
      links: { self: `/v1/bulk/jobs/${job_id}`, results: `/v1/bulk/jobs/${job_id}/results` },
    });
    const times = [job.created_at, job.started_at, job.completed_at].map((at) => Date.parse(at ?? ''));
    expect(times).toEqual(times.toSorted((left, right) => left - right));
    expect(job.duration_seconds).toBe(((times[2] ?? 0) - (times[1] ?? 0)) / 1000);
    expect(job.wait_seconds).toBeGreaterThanOrEqual(0);
    expect(Date.parse(job.expires_at ?? '') - (times[2] ?? 0)).toBe(7 * 86_400_000);
  });

  it('starts once however often it is started', async () => {
    const { job_id } = await client.create({ query });
    const replies = await Promise.all([1, 2, 3].map(() => client.patch(job_id, { state: 'UploadComplete' })));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await client.finished(job_id)).state).toBe('JobComplete');
    expect(await service.warehouse.statementsOf(job_id)).toHaveLength(1);
  });
});

it('a job with "start": true is accepted, says where to look and when', async () => {
  const reply = await client.call('POST', '/bulk/jobs', { body: { query, start: true } });
  expect(reply.status).toBe(202);
  expect(reply.headers.get('location')).toBe(reply.body.status_url);
  expect(Number(reply.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(reply.body).toMatchObject({ state: 'UploadComplete', is_finished: false });
  expect((await client.finished(reply.body.job_id)).state).toBe('JobComplete');
});

it('the query is shown only when asked for', async () => {
  const { job_id } = await client.create({ query });
  expect(await client.read(job_id)).not.toHaveProperty('query');
  expect((await client.call('GET', `/bulk/jobs/${job_id}?include=query`)).body.query).toBe(query);
  expect((await client.problem('GET', `/bulk/jobs/${job_id}?include=secrets`)).body.code).toBe('INVALID_REQUEST');
});

it('a finished job is started and cancelled by nobody', async () => {
  const { job_id } = await client.complete(query);
  for (const body of [{ state: 'UploadComplete' }, { state: 'Aborted' }]) {
    const { status, body: problem } = await client.problem('PATCH', `/bulk/jobs/${job_id}`, { body });
    expect({ status, code: problem.code, state: problem.state }).toEqual({
      status: 409,
      code: 'STATE_CONFLICT',
      state: 'JobComplete',
    });
  }
  expect((await client.problem('POST', `/bulk/jobs/${job_id}/abort`)).status).toBe(409);
  expect((await client.read(job_id)).state).toBe('JobComplete');
});

it('results are a 409 before the end, and an Open job is not deleted', async () => {
  const { job_id } = await client.create({ query });
  expect((await client.problem('GET', `/bulk/jobs/${job_id}/results`)).body.code).toBe('RESULTS_NOT_READY');
  expect((await client.problem('GET', `/bulk/jobs/${job_id}/files/1`)).body.code).toBe('RESULTS_NOT_READY');
  expect((await client.problem('DELETE', `/bulk/jobs/${job_id}`)).body).toMatchObject({ status: 409, state: 'Open' });
  expect((await client.problem('POST', `/bulk/jobs/${job_id}/delete`)).body.code).toBe('STATE_CONFLICT');
});

it.each([
  ['DELETE', ''],
  ['POST', '/delete'],
])('%s %s takes job, request and files with it, and a saved link leads nowhere', async (method, verb) => {
  const { job_id } = await client.complete(query);
  const { files } = await client.results(job_id);
  const deleted = await client.call(method, `/bulk/jobs/${job_id}${verb}`);
  expect(deleted.status).toBe(204);
  expect((await client.problem('GET', `/bulk/jobs/${job_id}`)).status).toBe(404);
  expect((await client.problem('GET', `/bulk/jobs/${job_id}?include=query`)).status).toBe(404);
  expect((await client.problem('GET', `/bulk/jobs/${job_id}/results`)).status).toBe(404);
  expect((await client.problem(method, `/bulk/jobs/${job_id}${verb}`)).status).toBe(404);
  expect((await client.list()).jobs.map((job) => job.job_id)).not.toContain(job_id);
  await until('the files to be gone', async () =>
    (await service.objects(`results/demo/${job_id}/`)).length === 0 ? true : undefined,
  );
  expect((await fetch(files[0]?.download_url ?? '')).status).toBe(404);
});

it('POST /abort cancels like PATCH does', async () => {
  const { job_id } = await client.create({ query });
  const { status, body } = await client.call('POST', `/bulk/jobs/${job_id}/abort`);
  expect({ status, state: body.state }).toEqual({ status: 200, state: 'Aborted' });
  const again = await client.call('POST', `/bulk/jobs/${job_id}/abort`);
  expect({ status: again.status, state: again.body.state }).toEqual({ status: 200, state: 'Aborted' });
});

describe('the list', () => {
  it('is newest first, and its pages neither skip nor repeat although jobs are added meanwhile', async () => {
    const lister = await service.tenant('lister');
    const ids: string[] = [];
    for (let at = 0; at < 7; at += 1) ids.push((await lister.create({ query })).job_id);
    const seen: string[] = [];
    let page = await lister.list('?limit=3');
    for (let pages = 0; pages < 5; pages += 1) {
      seen.push(...page.jobs.map(({ job_id }) => job_id));
      if (page.next_cursor === null) break;
      await lister.create({ query });
      page = await lister.list(`?limit=3&cursor=${encodeURIComponent(page.next_cursor)}`);
    }
    expect(seen).toEqual(ids.toReversed());
    expect((await lister.list()).jobs).toHaveLength(9);
  });

  it('of one state has every job of that state and no other', async () => {
    const filter = await service.tenant('filter');
    const open = [await filter.create({ query }), await filter.create({ query })];
    const done = [await filter.complete(query)];
    const failed = await filter.start('SELECT nope FROM nowhere');
    await filter.finished(failed.job_id);
    const idsOf = async (state: string) => (await filter.list(`?state=${state}`)).jobs.map(({ job_id }) => job_id);
    expect(await idsOf('Open')).toEqual(open.map(({ job_id }) => job_id).toReversed());
    expect(await idsOf('JobComplete')).toEqual(done.map(({ job_id }) => job_id));
    expect(await idsOf('Failed')).toEqual([failed.job_id]);
    expect(await idsOf('InProgress')).toEqual([]);
  });
});

it('health, limits and the OpenAPI document need no credential', async () => {
  const anybody = service.anybody();
  expect((await anybody.call<{ status: string }>('GET', '/health')).body.status).toBe('ok');
  const { limits } = (await anybody.call<{ limits: { name: string; value: number }[] }>('GET', '/limits')).body;
  expect(limits).toContainEqual(expect.objectContaining({ name: 'job_ttl_days', value: 7, unit: 'days' }));
  expect((await anybody.call<unknown>('GET', '/openapi.json')).body).toEqual(document);
});
