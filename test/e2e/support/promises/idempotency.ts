import type { QueryResult } from '../../../../contract/queries.ts';
import type { Row } from './row.ts';
import { failing, query, type Stage } from './stage.ts';

const keyed = (key: string) => ({ 'idempotency-key': key });
const post = ({ client }: Stage, body: object, headers: Record<string, string>) =>
  client.call('POST', '/bulk/jobs', { body, headers });

/** Each POST on a job, sent twice with one key, is answered the same both times. */
const replayed = (verb: string, make: (stage: Stage) => Promise<string>): Row => ({
  point: 5,
  promise: `${verb} with a key is answered again as it was, and marked as a replay`,
  show: async (stage) => {
    const address = `/bulk/jobs/${await make(stage)}/${verb}`;
    const call = { headers: keyed(`twice-${verb}`) };
    const first = await stage.client.call('POST', address, call);
    const second = await stage.client.call('POST', address, call);
    expect([second.status, second.text]).toEqual([first.status, first.text]);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  },
});

export const idempotency: readonly Row[] = [
  {
    point: 5,
    promise: 'a repeated create is answered byte for byte as the first one was, though the job has gone on since',
    show: async (stage) => {
      const first = await post(stage, { query, start: true }, keyed('a'));
      await stage.client.finished(first.body.job_id);
      const again = await post(stage, { query, start: true }, keyed('a'));
      expect([again.status, again.text]).toEqual([first.status, first.text]);
      expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
      expect(again.headers.get('location')).toBe(first.headers.get('location'));
    },
  },
  {
    point: 5,
    promise: 'the key may come in the header with X- as well',
    show: async (stage) => {
      const first = await post(stage, { query }, keyed('b'));
      const again = await post(stage, { query }, { 'x-idempotency-key': 'b' });
      expect(again.body.job_id).toBe(first.body.job_id);
    },
  },
  {
    point: 5,
    promise: 'the same key with another body is refused with 422',
    show: async ({ client }) => {
      await client.call('POST', '/bulk/jobs', { body: { query }, headers: keyed('c') });
      const other = { body: { query: 'SELECT 2 AS two' }, headers: keyed('c') };
      expect((await client.problem('POST', '/bulk/jobs', other)).body).toMatchObject({
        status: 422,
        code: 'IDEMPOTENCY_KEY_REUSED',
      });
    },
  },
  {
    point: 5,
    promise: 'while the first request is still worked on, a repeat is told to wait: 409 with Retry-After',
    show: ({ client, world, statement, tenant }) => {
      const call = { body: { query: 'SELECT 1 AS held' }, headers: keyed('d') };
      let first: Promise<{ body: QueryResult }> | undefined;
      return world
        .holding(async () => {
          first = client.call<QueryResult>('POST', '/queries', call);
          await statement(`:query:${tenant}:`, 'STARTED');
          const { status, body, headers } = await client.problem('POST', '/queries', call);
          expect({ status, code: body.code }).toEqual({ status: 409, code: 'IDEMPOTENCY_IN_PROGRESS' });
          expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
        })
        .then(async () => {
          expect((await first)?.body.rows).toEqual([[1]]);
        });
    },
  },
  {
    point: 5,
    promise: 'many doubles at once make one job',
    show: async (stage) => {
      const replies = await Promise.all(Array.from({ length: 5 }, () => post(stage, { query }, keyed('e'))));
      const made = replies.filter(({ status }) => status === 201).map(({ body }) => body.job_id);
      expect(new Set(made).size).toBe(1);
      expect(replies.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    },
  },
  {
    point: 5,
    promise: 'a refused request is not remembered: corrected, it goes with the same key',
    show: async (stage) => {
      expect((await post(stage, { query: 'DROP TABLE t' }, keyed('f'))).status).toBe(400);
      expect((await post(stage, { query }, keyed('f'))).status).toBe(201);
    },
  },
  {
    point: 5,
    promise: 'keys are remembered for 24 hours, and that is told',
    show: async ({ limit }) => {
      expect(await limit('idempotency_hours')).toBe(24);
    },
  },
  replayed('abort', async ({ client }) => (await client.create({ query })).job_id),
  replayed('retry', async ({ ends }) => (await ends(failing, 'Failed')).job_id),
  replayed('delete', async ({ client }) => {
    const { job_id } = await client.create({ query });
    await client.patch(job_id, { state: 'Aborted' });
    return job_id;
  }),
  {
    point: 5,
    promise: 'a start and a cancellation by PATCH need no key: repeated, they change nothing more',
    show: async ({ client }) => {
      const { job_id } = await client.create({ query });
      const replies = [];
      for (const state of ['UploadComplete', 'UploadComplete']) replies.push(await client.patch(job_id, { state }));
      expect(replies.map(({ status }) => status)).toEqual([200, 200]);
      expect(await client.finished(job_id)).toMatchObject({ state: 'JobComplete', attempt: 1 });
    },
  },
];
