import { callsOnJob } from '../calls-on-job.ts';
import { forge, seconds } from '../../../support/issuer.ts';
import type { QueryResult } from '../../../../contract/queries.ts';
import type { Client } from '../../harness.ts';
import type { Row } from './row.ts';
import { newTenant, query, type Stage } from './stage.ts';

const keyOf = (client: Client): string => client.headers.authorization?.replace('Bearer ', '') ?? '';

const holder = (stage: Stage, token: string, more: Record<string, string> = {}): Client =>
  stage.service.anybody({ authorization: `Bearer ${token}`, ...more });

/** A key of the tenant that nobody has used, with this in its record. */
async function altered(stage: Stage, name: string, time: number): Promise<Client> {
  const client = await stage.service.tenant(stage.tenant);
  const Key = { pk: { S: `KEY#${keyOf(client).split('_')[1] ?? ''}` }, sk: { S: 'KEY' } };
  await stage.alterItem(Key, { [name]: { S: new Date(time).toISOString() } });
  return client;
}

const refused = async (client: Client) => {
  const { status, body } = await client.problem('GET', '/bulk/jobs');
  expect({ status, code: body.code }).toEqual({ status: 401, code: 'UNAUTHORIZED' });
};

const badToken = (what: string, make: (stage: Stage) => Promise<string> | string): Row => ({
  point: 9,
  promise: `a token ${what} is a 401`,
  show: async (stage) => refused(holder(stage, await make(stage))),
});

const keys: readonly Row[] = [
  {
    point: 9,
    promise: 'a call without a credential, or with one that is wrong, is a 401',
    show: async ({ service, client }) => {
      await refused(service.anybody());
      await refused(service.anybody({ authorization: `Bearer ${keyOf(client).slice(0, -4)}AAAA` }));
    },
  },
  {
    point: 9,
    promise: 'an API key goes in X-API-Key as well',
    show: async ({ service, client }) => {
      expect((await service.anybody({ 'x-api-key': keyOf(client) }).call('GET', '/bulk/jobs')).status).toBe(200);
    },
  },
  {
    point: 9,
    promise: 'a revoked key is a 401',
    show: async (stage) => refused(await altered(stage, 'revoked_at', Date.now())),
  },
  {
    point: 9,
    promise: 'an expired key is a 401, and one that has yet to expire is good',
    show: async (stage) => {
      await refused(await altered(stage, 'expires_at', Date.now() - 1000));
      expect((await (await altered(stage, 'expires_at', Date.now() + 60_000)).call('GET', '/bulk/jobs')).status).toBe(
        200,
      );
    },
  },
  {
    point: 9,
    promise: 'a key does what it is allowed to, and a 403 names what it lacks',
    show: async ({ service, tenant }) => {
      const reader = await service.tenant(tenant, ['bulk:read']);
      expect((await reader.call('GET', '/bulk/jobs')).status).toBe(200);
      for (const [path, lacking] of [
        ['/bulk/jobs', 'bulk:write'],
        ['/queries', 'query'],
      ] as const) {
        const { body } = await reader.problem('POST', path, { body: { query } });
        expect(body).toMatchObject({ status: 403, code: 'FORBIDDEN' });
        expect(body.detail).toContain(lacking);
      }
    },
  },
  {
    point: 9,
    promise: 'X-Tenant-ID that names another tenant is a 403, and one that repeats the own tenant is fine',
    show: async ({ service, client, tenant }) => {
      const as = (id: string) => service.anybody({ ...client.headers, 'x-tenant-id': id });
      expect((await as('stranger').problem('GET', '/bulk/jobs')).body).toMatchObject({
        status: 403,
        code: 'TENANT_MISMATCH',
      });
      expect((await as(tenant).call('GET', '/bulk/jobs')).status).toBe(200);
    },
  },
  {
    point: 9,
    promise: "another tenant's job is 404 on every route, and stays as it is",
    show: async ({ service, complete, client, path }) => {
      const job = await complete();
      const stranger = await service.tenant('stranger');
      for (const [method, rest] of [...callsOnJob, ['POST', '/delete']] as const)
        expect((await stranger.problem(method, path(job, rest))).body.code).toBe('JOB_NOT_FOUND');
      expect((await stranger.list()).jobs).toEqual([]);
      expect(await client.read(job.job_id)).toEqual(job);
    },
  },
];

const tokens: readonly Row[] = [
  {
    point: 9,
    promise: 'a token of the issuer does what a key of its tenant does, and its subject is who cancelled',
    show: async (stage) => {
      const { world, tenant, client } = stage;
      const bearer = holder(stage, await world.signer.sign(world.claims(tenant)));
      const { job_id, tenant_id } = await bearer.create({ query });
      expect(tenant_id).toBe(tenant);
      await bearer.patch(job_id, { state: 'Aborted' });
      expect((await client.read(job_id)).cancelled_by).toMatch(/^jwt:/);
    },
  },
  {
    point: 9,
    promise: 'the permissions of a token are those that it claims',
    show: async (stage) => {
      const { world, tenant } = stage;
      const reader = holder(stage, await world.signer.sign(world.claims(tenant, { permissions: ['bulk:read'] })));
      expect((await reader.call('GET', '/bulk/jobs')).status).toBe(200);
      expect((await reader.problem('POST', '/bulk/jobs', { body: { query } })).body.code).toBe('FORBIDDEN');
    },
  },
  {
    point: 9,
    promise: 'a clock that is a few seconds off does not matter',
    show: async (stage) => {
      const { world, tenant } = stage;
      const soon = world.claims(tenant, { nbf: seconds(Date.now()) + 5, iat: seconds(Date.now()) + 5 });
      expect((await holder(stage, await world.signer.sign(soon)).call('GET', '/bulk/jobs')).status).toBe(200);
    },
  },
  badToken('without a signature', ({ world, tenant }) => forge({ alg: 'none' }, world.claims(tenant))),
  badToken('signed with a secret, under the name of a public key', ({ world, tenant }) =>
    forge({ alg: 'HS256', kid: 'first' }, world.claims(tenant), 'signature'),
  ),
  badToken('of another issuer', ({ world, tenant }) =>
    world.signer.sign(world.claims(tenant, { iss: 'https://other.example.com' })),
  ),
  badToken('for another audience', ({ world, tenant }) =>
    world.signer.sign(world.claims(tenant, { aud: 'https://other.example.com' })),
  ),
  badToken('that has expired', ({ world, tenant }) =>
    world.signer.sign(world.claims(tenant, { exp: seconds(Date.now()) - 60 })),
  ),
];

const rowsFor = async (client: Client, sql: string) =>
  (await client.call<QueryResult>('POST', '/queries', { body: { query: sql } })).body.rows;

const warehouse: readonly Row[] = [
  {
    point: 10,
    promise: 'two tenants send the same SELECT, and the policies of the warehouse give each its own rows',
    show: async ({ world, service, client, tenant }) => {
      const other = await newTenant(world, 'neighbour');
      const { warehouse: admin } = service;
      await admin.run('CREATE TABLE orders (id INT, owner VARCHAR(100))');
      await admin.run(`INSERT INTO orders VALUES (1, '${tenant}'), (2, 'neighbour'), (3, '${tenant}')`);
      for (const user of [tenant, 'neighbour']) await admin.run(`GRANT SELECT ON orders TO "${user}"`);
      await admin.run('CREATE RLS POLICY own WITH (owner VARCHAR(100)) USING (owner = current_user)');
      await admin.run('ATTACH RLS POLICY own ON orders TO PUBLIC');
      await admin.run('ALTER TABLE orders ROW LEVEL SECURITY ON');
      const sql = 'SELECT id FROM orders ORDER BY id';
      expect([await rowsFor(client, sql), await rowsFor(other, sql)]).toEqual([[[1], [3]], [[2]]]);
      expect((await client.complete(sql)).number_records_processed).toBe(2);
    },
  },
  {
    point: 10,
    promise: 'a table that a tenant was not granted is out of its reach, for exports and for queries',
    show: async ({ service, client, ends }) => {
      await service.warehouse.run('CREATE TABLE payroll (id INT)');
      const sql = 'SELECT id FROM payroll';
      expect((await ends(sql, 'Failed')).error).toMatchObject({ code: 'PERMISSION_DENIED', category: 'permission' });
      const { body } = await client.problem('POST', '/queries', { body: { query: sql } });
      expect(body.error?.code).toBe('PERMISSION_DENIED');
    },
  },
  {
    point: 10,
    promise: 'a tenant whom the warehouse does not know gets nothing',
    show: async ({ service }) => {
      const unknown = await service.tenant('unknown');
      const { error } = await unknown.finished((await unknown.start(query)).job_id);
      expect(error?.category).toBe('permission');
    },
  },
];

export const callers: readonly Row[] = [...keys, ...tokens, ...warehouse];
