import { until } from '../../harness.ts';
import type { Row } from './row.ts';
import { query } from './stage.ts';

export const polling: readonly Row[] = [
  {
    point: 1,
    promise: 'a job that moves says in its body and in Retry-After when to ask again, and the least pause',
    show: ({ client, whileRunning, path }) =>
      whileRunning(async (job) => {
        const { headers, body } = await client.call('GET', path(job));
        expect(headers.get('retry-after')).toBe(String(body.poll_interval?.recommended));
        expect(body.poll_interval?.minimum).toBe(1);
      }),
  },
  {
    point: 1,
    promise: 'the pause doubles with the age of the job, from 1 second to 30 and no further',
    show: ({ client, whileRunning, alter, path }) =>
      whileRunning(async (job) => {
        const told: (string | null)[] = [];
        for (const age of [0, 5, 9, 20, 40, 70, 86_000]) {
          await alter(job.job_id, { created_at: { S: new Date(Date.now() - age * 1000).toISOString() } });
          told.push((await client.call('GET', path(job))).headers.get('retry-after'));
        }
        expect(told).toEqual(['1', '2', '4', '8', '16', '30', '30']);
      }),
  },
  {
    point: 1,
    promise: 'a finished job says nothing of asking again',
    show: async ({ client, complete, failed, aborted, path }) => {
      for (const job of [await complete(), await failed(), await aborted()]) {
        const { headers, body } = await client.call('GET', path(job));
        expect([headers.get('retry-after'), body.poll_interval]).toEqual([null, null]);
      }
    },
  },
  {
    point: 1,
    promise: 'who knows the job as it is gets 304 without a body, at the cost of one small read',
    show: async ({ client, service, complete, path }) => {
      const address = path(await complete());
      const etag = (await client.call('GET', address)).headers.get('etag') ?? '';
      service.aws.calls.reset();
      const { status, text } = await client.call('GET', address, { headers: { 'if-none-match': etag } });
      expect({ status, text }).toEqual({ status: 304, text: '' });
      const reads = service.aws.calls.snapshot().filter(({ caller }) => caller === 'jobs-api');
      expect(reads).toMatchObject([{ operation: 'GetItem', calls: 1, readUnits: 0.5 }]);
    },
  },
  {
    point: 1,
    promise: 'a job that has changed has another ETag and is sent whole',
    show: async ({ client, path }) => {
      const job = await client.create({ query });
      const etag = (await client.call('GET', path(job))).headers.get('etag') ?? '';
      await client.patch(job.job_id, { state: 'Aborted' });
      const { status, headers, body } = await client.call('GET', path(job), { headers: { 'if-none-match': etag } });
      expect({ status, state: body.state }).toEqual({ status: 200, state: 'Aborted' });
      expect(headers.get('etag')).not.toBe(etag);
    },
  },
  {
    point: 1,
    promise: 'an answer that may be held comes when the job changes, after a handful of reads',
    show: async ({ client, service, path }) => {
      const job = await client.create({ query });
      const etag = (await client.call('GET', path(job))).headers.get('etag') ?? '';
      service.aws.calls.reset();
      const held = client.call('GET', `${path(job)}?wait=20`, { headers: { 'if-none-match': etag } });
      await client.patch(job.job_id, { state: 'Aborted' });
      expect((await held).body.state).toBe('Aborted');
      const reads = service.aws.calls.snapshot().find(({ operation }) => operation === 'GetItem');
      expect(reads?.calls).toBeLessThanOrEqual(6);
    },
  },
  {
    point: 1,
    promise: 'an answer is held for as long as was asked and then given as it is',
    show: async ({ client, path }) => {
      const job = await client.create({ query });
      const began = performance.now();
      expect((await client.call('GET', `${path(job)}?wait=1`)).body.state).toBe('Open');
      expect(performance.now() - began).toBeGreaterThan(900);
    },
  },
  {
    point: 1,
    promise: 'nothing is held for a job that has ended, and no longer than 25 seconds for any',
    show: async ({ client, complete, path }) => {
      const address = path(await complete());
      const began = performance.now();
      expect((await client.call('GET', `${address}?wait=25`)).status).toBe(200);
      expect(performance.now() - began).toBeLessThan(10_000);
      expect((await client.problem('GET', `${address}?wait=26`)).body.errors?.[0]?.pointer).toBe('wait');
    },
  },
  {
    point: 1,
    promise: 'a complete job redirects to its results with 303, where that is asked for',
    show: async ({ client, complete, path }) => {
      const job = await complete();
      const { status, headers, body } = await client.call('GET', `${path(job)}?redirect=true`);
      expect({ status, location: headers.get('location') }).toEqual({
        status: 303,
        location: `/v1${path(job)}/results`,
      });
      expect(body).toMatchObject({ state: 'JobComplete', job_id: job.job_id });
      expect((await client.call('GET', path(job))).status).toBe(200);
    },
  },
  {
    point: 1,
    promise: 'a job without results redirects nowhere',
    show: async ({ client, failed, path }) => {
      const open = await client.create({ query });
      for (const job of [open, await failed()])
        expect((await client.call('GET', `${path(job)}?redirect=true`)).status).toBe(200);
    },
  },
];

export const expiry: readonly Row[] = [
  {
    point: 1,
    promise: 'results past their time are 410 and say since when, while the job itself is still there',
    show: async ({ client, alter, path }) => {
      const job = await client.complete(query);
      const expired_at = new Date(Date.now() - 1000).toISOString();
      await alter(job.job_id, { expires_at: { S: expired_at } });
      for (const rest of ['/results', '/files/1'])
        expect((await client.problem('GET', path(job, rest))).body).toMatchObject({
          status: 410,
          code: 'RESULTS_EXPIRED',
          expired_at,
        });
      expect((await client.read(job.job_id)).state).toBe('JobComplete');
    },
  },
  {
    point: 1,
    promise: 'a job past its time is 410 as a problem, before and after it is really deleted, and in no list',
    show: async ({ client, service, alter, deleted, path }) => {
      const job = await client.create({ query });
      await client.patch(job.job_id, { state: 'Aborted' });
      const ttl = Math.floor(Date.now() / 1000) - 60;
      await alter(job.job_id, { ttl: { N: String(ttl) } });
      const gone = { status: 410, code: 'JOB_EXPIRED', expired_at: new Date(ttl * 1000).toISOString() };
      expect((await client.problem('GET', path(job))).body).toMatchObject({ ...gone, instance: path(job) });
      await service.aws.expireItems();
      await deleted(job.job_id);
      await until('its tombstone', async () =>
        (await client.problem('GET', path(job))).status === 410 ? true : undefined,
      );
      expect((await client.problem('GET', path(job, '/results'))).body).toMatchObject(gone);
      expect((await client.list()).jobs.map(({ job_id }) => job_id)).not.toContain(job.job_id);
    },
  },
  {
    point: 1,
    promise: 'how long that answer is given is told: 30 days',
    show: async ({ limit }) => {
      expect(await limit('tombstone_days')).toBe(30);
    },
  },
  {
    point: 1,
    promise: 'a job is kept for the days that its operator has set, counted from its creation until it starts',
    show: async ({ client, limit }) => {
      const { created_at, expires_at } = await client.create({ query });
      expect((Date.parse(expires_at ?? '') - Date.parse(created_at)) / 86_400_000).toBe(3);
      expect(await limit('job_ttl_days')).toBe(3);
    },
  },
  {
    point: 1,
    promise: 'results are kept for the days that its operator has set, counted from the end of the job',
    show: async ({ complete, limit }) => {
      const { completed_at, expires_at } = await complete();
      expect((Date.parse(expires_at ?? '') - Date.parse(completed_at ?? '')) / 86_400_000).toBe(2);
      expect(await limit('result_ttl_days')).toBe(2);
    },
  },
  {
    point: 1,
    promise: 'a download URL lives for the seconds that its operator has set, and the answer says until when',
    show: async ({ client, complete, limit }) => {
      const { files, url_expires_at, expires_at } = await client.results((await complete()).job_id);
      expect(new URL(files[0]?.download_url ?? '').searchParams.get('X-Amz-Expires')).toBe('120');
      expect(await limit('presigned_url_expiry')).toBe(120);
      expect(Date.parse(url_expires_at)).toBeLessThan(Date.parse(expires_at));
    },
  },
  {
    point: 1,
    promise: 'the lasting address of a file redirects to a fresh download URL',
    show: async ({ client, complete }) => {
      const { files } = await client.results((await complete()).job_id);
      const { status, headers } = await client.call('GET', (files[0]?.url ?? '').replace('/v1', ''));
      expect(status).toBe(307);
      expect((await fetch(headers.get('location') ?? '')).status).toBe(200);
    },
  },
  {
    point: 1,
    promise: 'a job that its client deletes is 404 at once, with its results',
    show: async ({ client, path }) => {
      const job = await client.complete(query);
      expect((await client.call('DELETE', path(job))).status).toBe(204);
      for (const rest of ['', '/results', '/runs', '/logs'])
        expect((await client.problem('GET', path(job, rest))).body.code).toBe('JOB_NOT_FOUND');
    },
  },
];
