import type { Row } from './row.ts';
import { endless, query } from './stage.ts';

export const cancellation: readonly Row[] = [
  {
    point: 3,
    promise: 'PATCH cancels a job that has not begun, at once',
    show: async ({ client }) => {
      const { job_id } = await client.create({ query });
      const { status, body } = await client.patch(job_id, { state: 'Aborted' });
      expect({ status, state: body.state, is_finished: body.is_finished }).toEqual({
        status: 200,
        state: 'Aborted',
        is_finished: true,
      });
    },
  },
  {
    point: 3,
    promise: 'POST cancels just as PATCH does',
    show: async ({ client, path }) => {
      const job = await client.create({ query });
      const { status, body } = await client.call('POST', path(job, '/abort'));
      expect({ status, state: body.state }).toEqual({ status: 200, state: 'Aborted' });
    },
  },
  {
    point: 3,
    promise: 'a cancelled job keeps when, by whom and why',
    show: async ({ client }) => {
      const { job_id } = await client.create({ query });
      await client.patch(job_id, { state: 'Aborted', reason: 'wrong year' });
      const job = await client.read(job_id);
      expect(job.cancelled_at).toBe(job.completed_at);
      expect(job.cancelled_by).toBe(client.headers.authorization?.split('_')[1]);
      expect(job.reason).toBe('wrong year');
    },
  },
  {
    point: 3,
    promise: 'to cancel twice is to cancel once: the first reason stays',
    show: async ({ client, path }) => {
      const { job_id } = await client.create({ query });
      const first = await client.patch(job_id, { state: 'Aborted', reason: 'first' });
      const second = await client.patch(job_id, { state: 'Aborted', reason: 'second' });
      expect({ status: second.status, job: second.body }).toEqual({ status: 200, job: first.body });
      expect((await client.call('POST', path({ job_id: first.body.job_id }, '/abort'))).body).toEqual(first.body);
    },
  },
  {
    point: 3,
    promise: 'a job that waits for its place is cancelled at once, and the warehouse never hears of it',
    show: async ({ client, service, whileWaiting, sweep }) => {
      let id = '';
      await whileWaiting(async () => {
        id = (await client.start(query)).job_id;
        expect((await client.patch(id, { state: 'Aborted' })).body).toMatchObject({
          state: 'Aborted',
          started_at: null,
        });
      });
      await sweep();
      expect(await service.warehouse.statementsOf(id)).toEqual([]);
    },
  },
  {
    point: 3,
    promise: 'a running job says that it is being cancelled, its statement is really stopped, and then it is Aborted',
    show: async ({ client, statement }) => {
      const { job_id } = await client.start(endless);
      await statement(job_id, 'STARTED');
      const { status, body } = await client.patch(job_id, { state: 'Aborted', reason: 'too slow' });
      expect(status).toBe(200);
      expect(body.state === 'Aborted' ? 'Aborted' : body.desired_state).toBe('Aborted');
      expect(await client.finished(job_id)).toMatchObject({
        state: 'Aborted',
        desired_state: null,
        reason: 'too slow',
      });
      await statement(job_id, 'ABORTED');
    },
  },
  {
    point: 3,
    promise: 'what a cancelled run had written is out of reach and removed',
    show: async ({ client, service, tenant, path, statement }) => {
      const job = await client.start(endless);
      await statement(job.job_id, 'STARTED');
      await client.patch(job.job_id, { state: 'Aborted' });
      expect(await client.finished(job.job_id)).toMatchObject({ files: 0, bytes: 0, result_location: null });
      expect((await client.problem('GET', path(job, '/results'))).body.code).toBe('RESULTS_NOT_READY');
      expect(await service.objects(`results/${tenant}/${job.job_id}/`)).toEqual([]);
    },
  },
  {
    point: 3,
    promise: 'the first to be written wins: a job that was complete before the cancellation stays so, and 409 says it',
    show: async ({ client, complete, path }) => {
      const job = await complete();
      for (const { body } of [
        await client.problem('PATCH', path(job), { body: { state: 'Aborted' } }),
        await client.problem('POST', path(job, '/abort')),
      ])
        expect(body).toMatchObject({ status: 409, code: 'STATE_CONFLICT', state: 'JobComplete' });
    },
  },
  {
    point: 3,
    promise: 'the first to be written wins: a cancellation stands although the statement finishes after it',
    show: async ({ client, whileRunning, service }) => {
      let id = '';
      await whileRunning(async ({ job_id }) => {
        id = job_id;
        await client.patch(job_id, { state: 'Aborted' });
      });
      expect((await client.finished(id)).state).toBe('Aborted');
      await service.aws.events.settled();
      expect((await client.read(id)).state).toBe('Aborted');
    },
  },
  {
    point: 3,
    promise: 'a cancelled job stays readable and in the list until its time is over',
    show: async ({ client, aborted }) => {
      const { job_id, expires_at } = await aborted();
      expect(Date.parse(expires_at ?? '')).toBeGreaterThan(Date.now());
      expect((await client.read(job_id)).state).toBe('Aborted');
      expect((await client.list('?state=Aborted')).jobs.map((job) => job.job_id)).toContain(job_id);
    },
  },
];
