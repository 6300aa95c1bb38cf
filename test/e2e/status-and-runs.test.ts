import type { RunList } from '../../contract/runs.ts';
import { type Service, startService } from './harness.ts';

let service: Service;
let demo: Service['demo'];

beforeAll(async () => {
  service = await startService();
  demo = service.demo;
  await service.warehouse.run('CREATE TABLE numbers AS SELECT 1 AS n UNION ALL SELECT 2');
});
afterAll(() => service.stop());

const query = 'SELECT n FROM numbers';

/** A statement that runs until it is cancelled. */
const endless = 'SELECT count(*) FROM generate_series(1, 100000000000) AS a(x)';

describe('reading a job', () => {
  it('a job that nobody changed costs a caller who knows it nothing but a 304', async () => {
    const { job_id } = await demo.complete(query);
    const first = await demo.call('GET', `/bulk/jobs/${job_id}`);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[0-9a-f]{32}"$/);
    service.aws.calls.reset();
    const again = await demo.call('GET', `/bulk/jobs/${job_id}`, { headers: { 'if-none-match': `"other", ${etag}` } });
    expect({ status: again.status, text: again.text }).toEqual({ status: 304, text: '' });
    const reads = service.aws.calls.snapshot().filter(({ caller }) => caller === 'jobs-api');
    expect(reads).toMatchObject([{ operation: 'GetItem', calls: 1, readUnits: 0.5 }]);
    expect((await demo.call('GET', `/bulk/jobs/${job_id}`, { headers: { 'if-none-match': '"other"' } })).status).toBe(
      200,
    );
  });

  it('an answer is held until the job changes, and costs a handful of reads', async () => {
    const { job_id } = await demo.create({ query });
    const known = (await demo.call('GET', `/bulk/jobs/${job_id}`)).headers.get('etag') ?? '';
    service.aws.calls.reset();
    const held = demo.call('GET', `/bulk/jobs/${job_id}?wait=20`, { headers: { 'if-none-match': known } });
    await demo.patch(job_id, { state: 'Aborted' });
    expect((await held).body.state).toBe('Aborted');
    const reads = service.aws.calls.snapshot().find(({ operation }) => operation === 'GetItem');
    expect(reads?.calls).toBeLessThanOrEqual(6);
  });

  it('an answer is not held longer than was asked, and never for a job that has ended', async () => {
    const { job_id } = await demo.create({ query });
    const began = performance.now();
    expect((await demo.call('GET', `/bulk/jobs/${job_id}?wait=1`)).body.state).toBe('Open');
    expect(performance.now() - began).toBeGreaterThan(900);
    await demo.patch(job_id, { state: 'Aborted' });
    const ended = performance.now();
    await demo.call('GET', `/bulk/jobs/${job_id}?wait=25`);
    expect(performance.now() - ended).toBeLessThan(5000);
  });

  it('who asks for it is redirected to the results once there are any', async () => {
    const { job_id } = await demo.create({ query });
    expect((await demo.call('GET', `/bulk/jobs/${job_id}?redirect=true`)).status).toBe(200);
    await demo.patch(job_id, { state: 'UploadComplete' });
    await demo.inState(job_id, 'JobComplete');
    const redirected = await demo.call('GET', `/bulk/jobs/${job_id}?redirect=true`);
    expect(redirected.status).toBe(303);
    expect(redirected.headers.get('location')).toBe(`/v1/bulk/jobs/${job_id}/results`);
  });

  it('a job that moves says how often to ask, in its body and in Retry-After; one that does not move says nothing', async () => {
    const open = await demo.call('POST', '/bulk/jobs', { body: { query } });
    expect(open.body.poll_interval).toBeNull();
    expect(open.headers.get('retry-after')).toBeNull();
    const started = await demo.call('POST', '/bulk/jobs', { body: { query, start: true } });
    expect(started.body.poll_interval).toEqual({ recommended: 1, minimum: 1 });
    expect(started.headers.get('retry-after')).toBe('1');
    expect((await demo.finished(started.body.job_id)).poll_interval).toBeNull();
  });
});

describe('runs', () => {
  const runsOf = async (id: string) => (await demo.call<RunList>('GET', `/bulk/jobs/${id}/runs`)).body.runs;

  it('a failed job runs again when its cause is gone, without being sent again, and both runs stay on record', async () => {
    const { job_id } = await demo.start('SELECT n FROM not_there_yet');
    const failed = await demo.inState(job_id, 'Failed');
    expect(failed.links.retry).toBe(`/v1/bulk/jobs/${job_id}/retry`);
    await service.warehouse.run('CREATE TABLE not_there_yet AS SELECT 7 AS n');
    const retried = await demo.call('POST', `/bulk/jobs/${job_id}/retry`);
    expect(retried).toMatchObject({ status: 202, body: { state: 'UploadComplete', attempt: 2, error: null } });
    expect(retried.headers.get('location')).toBe(`/v1/bulk/jobs/${job_id}`);
    const complete = await demo.inState(job_id, 'JobComplete');
    expect(complete).toMatchObject({ attempt: 2, run_id: `${job_id}.2`, number_records_processed: 1 });
    expect(await runsOf(job_id)).toMatchObject([
      { run_id: `${job_id}.2`, state: 'JobComplete' },
      { run_id: `${job_id}.1`, state: 'Failed', error: { details: { sql_state: '42P01' } } },
    ]);
  });

  it('what a cancelled run had begun to write is removed, and the job can run again', async () => {
    const { job_id } = await demo.start(endless);
    await demo.follow(job_id, (job) => job.state === 'InProgress');
    await demo.call('POST', `/bulk/jobs/${job_id}/abort`);
    const aborted = await demo.inState(job_id, 'Aborted');
    expect(aborted).toMatchObject({ cancelled_by: expect.any(String) as unknown, poll_interval: null });
    expect(await service.objects(`results/demo/${job_id}/`)).toEqual([]);
    expect((await demo.call('POST', `/bulk/jobs/${job_id}/retry`)).body).toMatchObject({
      attempt: 2,
      cancelled_by: null,
    });
    await demo.patch(job_id, { state: 'Aborted' });
    await demo.inState(job_id, 'Aborted');
    expect((await runsOf(job_id)).map((run) => run.state)).toEqual(['Aborted', 'Aborted']);
  });

  it('a complete job, and one that is another tenant’s, is not run again', async () => {
    const { job_id } = await demo.complete(query);
    expect((await demo.problem('POST', `/bulk/jobs/${job_id}/retry`)).body.code).toBe('STATE_CONFLICT');
    const stranger = await service.tenant('stranger');
    for (const [method, path] of [
      ['POST', 'retry'],
      ['GET', 'runs'],
    ] as const) {
      expect((await stranger.problem(method, `/bulk/jobs/${job_id}/${path}`)).body.code).toBe('JOB_NOT_FOUND');
    }
  });
});

describe('the list', () => {
  it('is narrowed by tag, object, end and time of creation, page by page', async () => {
    const client = await service.tenant('lister');
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      const tag = n % 2 === 0 ? { tag: 'even' } : {};
      ids.push((await client.create({ query, object: n < 3 ? 'sales' : 'flights', ...tag })).job_id);
    }
    const [, , third = ''] = ids;
    const shown = async (filter: string) =>
      (await client.list(`?${filter}`)).jobs.map((job) => ids.indexOf(job.job_id));
    expect(await shown('tag=even')).toEqual([4, 2, 0]);
    expect(await shown('tag=even&object=sales')).toEqual([2, 0]);
    expect(await shown('is_finished=true')).toEqual([]);
    expect(await shown('is_finished=false&operation=query&object=flights')).toEqual([5, 4, 3]);
    const { created_at } = await client.read(third);
    const since = await shown(`created_after=${encodeURIComponent(created_at)}`);
    expect(since.slice(0, 3)).toEqual([5, 4, 3]);
    expect(since).toContain(2);
    expect(await shown(`created_before=${encodeURIComponent(created_at)}`)).not.toContain(2);
    const page = await client.list('?tag=even&limit=2');
    const rest = await client.list(`?tag=even&limit=2&cursor=${page.next_cursor ?? ''}`);
    expect([...page.jobs, ...rest.jobs].map((job) => ids.indexOf(job.job_id))).toEqual([4, 2, 0]);
  });

  it('refuses times that are none, and a cursor of another range', async () => {
    expect((await demo.problem('GET', '/bulk/jobs?created_after=yesterday')).body).toMatchObject({
      code: 'INVALID_REQUEST',
      errors: [{ pointer: 'created_after' }],
    });
    await demo.create({ query });
    await demo.create({ query });
    const { next_cursor } = await demo.list('?limit=1');
    const other = `/bulk/jobs?limit=1&created_before=2020-01-01T00:00:00Z&cursor=${next_cursor ?? ''}`;
    expect((await demo.problem('GET', other)).body.code).toBe('INVALID_CURSOR');
  });
});
