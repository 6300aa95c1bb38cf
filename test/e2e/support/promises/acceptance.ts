import type { Row } from './row.ts';
import { query } from './stage.ts';

export const acceptance: readonly Row[] = [
  {
    point: 1,
    promise: 'a job that is to start at once is accepted with 202, and says where and when to look',
    show: async ({ client }) => {
      const { status, headers, body } = await client.call('POST', '/bulk/jobs', { body: { query, start: true } });
      expect({ status, state: body.state }).toEqual({ status: 202, state: 'UploadComplete' });
      expect(headers.get('location')).toBe(`/v1/bulk/jobs/${body.job_id}`);
      expect(headers.get('retry-after')).toBe('1');
    },
  },
  {
    point: 1,
    promise: 'a job that waits for its client is created with 201, and names no time to ask',
    show: async ({ client }) => {
      const { status, headers, body } = await client.call('POST', '/bulk/jobs', { body: { query } });
      expect({ status, state: body.state, poll: body.poll_interval }).toEqual({
        status: 201,
        state: 'Open',
        poll: null,
      });
      expect(headers.get('location')).toBe(body.status_url);
      expect(headers.get('retry-after')).toBeNull();
    },
  },
  {
    point: 1,
    promise: 'the first answer has an id of its own for each job',
    show: async ({ client }) => {
      const [one, other] = [await client.create({ query }), await client.create({ query })];
      expect(one.job_id).toMatch(/^[0-9A-Z]{26}$/);
      expect(other.job_id).not.toBe(one.job_id);
    },
  },
  {
    point: 1,
    promise: 'the first answer has the address that answers with the very same job from then on',
    show: async ({ client }) => {
      const { query: _query, ...job } = await client.create({ query });
      expect((await client.call('GET', job.status_url.replace('/v1', ''))).body).toEqual(job);
    },
  },
  {
    point: 1,
    promise: 'the first answer says when the job was made',
    show: async ({ client }) => {
      const before = Date.now();
      const { created_at, updated_at } = await client.create({ query });
      expect(Date.parse(created_at)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(created_at)).toBeLessThanOrEqual(Date.now());
      expect(updated_at).toBe(created_at);
    },
  },
  {
    point: 1,
    promise: 'acceptance does not wait for the warehouse',
    show: ({ client, world }) =>
      world.holding(async () => {
        const reply = await client.call('POST', '/bulk/jobs', { body: { query: 'SELECT 1 AS held', start: true } });
        expect({ status: reply.status, is_finished: reply.body.is_finished }).toEqual({
          status: 202,
          is_finished: false,
        });
      }),
  },
  {
    point: 1,
    promise:
      'links lead from a job to itself, its runs, its log and its cancellation while there is something to cancel',
    show: async ({ client, path }) => {
      const job = await client.create({ query });
      const self = `/v1${path(job)}`;
      expect(job.links).toEqual({ self, cancel: `${self}/abort`, runs: `${self}/runs`, logs: `${self}/logs` });
      const { cancel = '' } = job.links;
      expect((await client.call('POST', cancel.replace('/v1', ''))).body.state).toBe('Aborted');
    },
  },
  {
    point: 1,
    promise: 'a complete job links to its results and to no retry, and every link of it is answered',
    show: async ({ client, complete }) => {
      const { links } = await complete();
      expect(Object.keys(links).sort()).toEqual(['logs', 'results', 'runs', 'self']);
      for (const link of Object.values(links))
        expect((await client.call('GET', link.replace('/v1', ''))).status).toBe(200);
    },
  },
  {
    point: 1,
    promise: 'a failed and a cancelled job link to their retry, and to no results',
    show: async ({ failed, aborted, path }) => {
      for (const job of [await failed(), await aborted()]) {
        expect(job.links.retry).toBe(`/v1${path(job)}/retry`);
        expect(Object.keys(job.links).sort()).toEqual(['logs', 'retry', 'runs', 'self']);
      }
    },
  },
  {
    point: 1,
    promise: 'a client that goes away leaves its job running',
    show: async ({ client, path }) => {
      const job = await client.start('SELECT 5 AS alone');
      const { apiUrl, headers } = client;
      const etag = (await client.call('GET', path(job))).headers.get('etag') ?? '';
      const signal = AbortSignal.timeout(1);
      const gone = fetch(`${apiUrl}${path(job)}?wait=20`, { headers: { ...headers, 'if-none-match': etag }, signal });
      await expect(gone).rejects.toThrow();
      expect((await client.finished(job.job_id)).state).toBe('JobComplete');
    },
  },
];

export const states: readonly Row[] = [
  {
    point: 1,
    promise: 'an Open job stays Open until its client starts it',
    show: async ({ client, sweep }) => {
      const { job_id } = await client.create({ query });
      await sweep();
      expect(await client.read(job_id)).toMatchObject({ state: 'Open', started_at: null, is_finished: false });
      expect((await client.patch(job_id, { state: 'UploadComplete' })).body.state).toBe('UploadComplete');
    },
  },
  {
    point: 1,
    promise: 'a started job is UploadComplete while it waits for its place',
    show: ({ client, whileWaiting }) =>
      whileWaiting(async () => {
        const { job_id } = await client.start(query);
        expect(await client.read(job_id)).toMatchObject({ state: 'UploadComplete', started_at: null });
      }),
  },
  {
    point: 1,
    promise: 'a job is InProgress, with the time of its start, while the warehouse works on it',
    show: ({ whileRunning }) =>
      whileRunning(async ({ state, started_at, completed_at, is_finished }) => {
        expect({ state, completed_at, is_finished }).toEqual({
          state: 'InProgress',
          completed_at: null,
          is_finished: false,
        });
        expect(Date.parse(started_at ?? '')).toBeLessThanOrEqual(Date.now());
        await Promise.resolve();
      }),
  },
  {
    point: 1,
    promise: 'nothing leads out of JobComplete',
    show: async ({ client, complete, path }) => {
      const job = await complete();
      for (const state of ['UploadComplete', 'Aborted'])
        expect((await client.problem('PATCH', path(job), { body: { state } })).body).toMatchObject({
          code: 'STATE_CONFLICT',
          state: 'JobComplete',
        });
    },
  },
  {
    point: 1,
    promise: 'a Failed job is neither started nor cancelled: only a retry leads out of it',
    show: async ({ client, failed, path }) => {
      const job = await failed();
      for (const state of ['UploadComplete', 'Aborted'])
        expect((await client.problem('PATCH', path(job), { body: { state } })).body.code).toBe('STATE_CONFLICT');
    },
  },
  {
    point: 1,
    promise: 'an Aborted job is not started: only a retry leads out of it',
    show: async ({ client, aborted, path }) => {
      const call = { body: { state: 'UploadComplete' } };
      expect((await client.problem('PATCH', path(await aborted()), call)).body.code).toBe('STATE_CONFLICT');
    },
  },
  {
    point: 1,
    promise: 'a state that a client may not set is a 400 that points to the field',
    show: async ({ client, path }) => {
      const job = await client.create({ query });
      for (const state of ['JobComplete', 'Failed', 'InProgress', 'CANCELLED']) {
        const { status, body } = await client.problem('PATCH', path(job), { body: { state } });
        expect({ status, at: body.errors?.[0]?.pointer }).toEqual({ status: 400, at: '/state' });
      }
    },
  },
  {
    point: 1,
    promise: 'a job tells its times in the order of its states, and each change moves updated_at',
    show: async ({ complete }) => {
      const { created_at, started_at, completed_at, updated_at } = await complete();
      const times = [created_at, started_at, completed_at, updated_at].map((at) => Date.parse(at ?? ''));
      expect(times).toEqual(times.toSorted((left, right) => left - right));
      expect(times.every(Number.isFinite)).toBe(true);
    },
  },
  {
    point: 1,
    promise: 'what was asked for stays readable on the job: its operation, label, format and compression',
    show: async ({ client }) => {
      const asked = { object: 'sales', content_type: 'CSV', compression: 'GZIP' };
      const { job_id } = await client.create({ query, ...asked });
      expect(await client.read(job_id)).toMatchObject({ ...asked, operation: 'query', number_records_failed: 0 });
    },
  },
];
