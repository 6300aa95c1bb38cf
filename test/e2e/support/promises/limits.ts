import { settingNames, limitName } from '../../../../contract/settings.ts';
import { fixedLimits } from '../../../../contract/limits.ts';
import type { Limits } from '../../../../contract/service.ts';
import type { Row } from './row.ts';
import { newTenant, query } from './stage.ts';

export const limits: readonly Row[] = [
  {
    point: 8,
    promise: 'every answer tells the rate of the tenant and what is left of it',
    show: async ({ client }) => {
      const replies = [await client.call('GET', '/bulk/jobs?limit=1'), await client.problem('GET', '/bulk/jobs/none')];
      for (const { headers } of replies) {
        expect(headers.get('ratelimit-policy')).toMatch(/^"tenant";q=120;w=\d+$/);
        expect(headers.get('ratelimit')).toMatch(/^"tenant";r=\d+;t=\d+$/);
      }
    },
  },
  {
    point: 8,
    promise: 'a tenant that floods is told to wait, with 429 and Retry-After, and no other tenant notices',
    show: async ({ client, world }) => {
      const flood = await newTenant(world, 'flood');
      let refused: Awaited<ReturnType<typeof flood.call>> | undefined;
      for (let round = 0; round < 500 && refused === undefined; round += 1) {
        const calls = Array.from({ length: 3 }, () => flood.call('GET', '/bulk/jobs?limit=1'));
        refused = (await Promise.all(calls)).find(({ status }) => status === 429);
      }
      expect(refused?.text).toContain('RATE_LIMITED');
      expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect((await client.call('GET', '/bulk/jobs?limit=1')).status).toBe(200);
    },
  },
  {
    point: 8,
    promise: 'a tenant makes as many jobs a day as its quota, and is told when the next day begins',
    show: async ({ world, limit }) => {
      const busy = await newTenant(world, 'busy');
      const most = await limit('tenant_jobs_per_day');
      for (let at = 0; at < most; at += 1) await busy.create({ query });
      const { body, headers } = await busy.problem('POST', '/bulk/jobs', { body: { query } });
      expect(body).toMatchObject({ status: 429, code: 'QUOTA_EXCEEDED', limit: 'tenant_jobs_per_day' });
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(86_400);
    },
  },
  {
    point: 8,
    promise: 'a tenant has so many jobs waiting and no more: the next is refused',
    show: ({ client, limit, whileWaiting }) =>
      whileWaiting(async () => {
        const waiting: string[] = [];
        const most = await limit('tenant_max_waiting_jobs');
        for (let at = 0; at < most; at += 1) waiting.push((await client.start(query)).job_id);
        const call = { body: { query, start: true } };
        expect((await client.problem('POST', '/bulk/jobs', call)).body).toMatchObject({
          status: 429,
          code: 'BACKLOG_FULL',
          limit: 'tenant_max_waiting_jobs',
        });
        for (const id of waiting) await client.patch(id, { state: 'Aborted' });
      }),
  },
  {
    point: 8,
    promise: 'a body that is too large is 413 and names its limit',
    show: async ({ client, limit }) => {
      const body = `{"query":"${query}"${' '.repeat(await limit('request_body_bytes'))}}`;
      expect((await client.problem('POST', '/bulk/jobs', { body })).body).toMatchObject({
        status: 413,
        code: 'PAYLOAD_TOO_LARGE',
        limit: 'request_body_bytes',
      });
    },
  },
  {
    point: 8,
    promise: 'SQL that is too long is 400 and points to the query',
    show: async ({ client, limit }) => {
      const body = { query: `SELECT '${'x'.repeat(await limit('query_bytes'))}' AS a` };
      const { status, body: told } = await client.problem('POST', '/bulk/jobs', { body });
      expect({ status, at: told.errors?.map(({ pointer }) => pointer) }).toEqual({ status: 400, at: ['/query'] });
    },
  },
  {
    point: 8,
    promise: '/limits has every setting and every fixed limit, for anybody',
    show: async ({ service }) => {
      const { body } = await service.anybody().call<Limits>('GET', '/limits');
      const names = [...settingNames.map(limitName), ...Object.keys(fixedLimits)];
      expect(body.limits.map(({ name }) => name).sort()).toEqual(names.sort());
    },
  },
];
