import type { QueryResult } from '../../contract/queries.ts';
import { type Client, type Service, startService } from './harness.ts';
import { objectsIn } from './support/read-files.ts';

const cluster = { SPECTRA_REDSHIFT_CLUSTER: 'warehouse', SPECTRA_REDSHIFT_DB_USER: 'exporter' };
const role = 'role:arn:aws:iam::000000000000:role/tenant-{user}';

/** Ways for a tenant to be a user of its own in the warehouse, and how the warehouse calls that user. */
const ways: readonly [string, Record<string, string>, (user: string) => string][] = [
  ['a database user', { ...cluster, SPECTRA_TENANT_IDENTITY: 'db_user:tenant_{user}' }, (user) => `tenant_${user}`],
  ['a secret', { SPECTRA_TENANT_IDENTITY: 'secret:redshift/{user}' }, (user) => user],
  ['an assumed role', { SPECTRA_TENANT_IDENTITY: role }, (user) => `IAMR:tenant-${user}`],
];

describe.each(ways)(
  'with %s per tenant, row-level security of the warehouse decides what each may export:',
  (_, settings, userOf) => {
    let service: Service;
    const clients = new Map<string, Client>();
    const client = (tenant: string): Client => {
      const found = clients.get(tenant);
      if (!found) throw new Error(`There is no ${tenant}`);
      return found;
    };

    beforeAll(async () => {
      service = await startService({ settings: { ...settings, SPECTRA_LOAD_SCHEMAS: 'public' } });
      for (const tenant of ['acme', 'globex', 'initech'])
        clients.set(tenant, await service.tenant(tenant, ['bulk:read', 'bulk:write', 'query']));
      const { warehouse } = service;
      await warehouse.run('CREATE TABLE orders (id INT, owner VARCHAR(100))');
      await warehouse.run(
        `INSERT INTO orders VALUES (1, '${userOf('acme')}'), (2, '${userOf('globex')}'), (3, '${userOf('acme')}')`,
      );
      await warehouse.run('CREATE TABLE payroll (id INT)');
      await warehouse.run('CREATE TABLE inbox (id INT, note VARCHAR(9))');
      await warehouse.run("INSERT INTO inbox VALUES (1, 'old')");
      for (const tenant of ['acme', 'globex']) {
        await warehouse.run(`CREATE USER "${userOf(tenant)}" PASSWORD DISABLE`);
        await warehouse.run(`GRANT SELECT ON orders TO "${userOf(tenant)}"`);
        await warehouse.run(`GRANT SELECT ON inbox TO "${userOf(tenant)}"`);
        await warehouse.run(`GRANT USAGE, CREATE ON SCHEMA spectra TO "${userOf(tenant)}"`);
      }
      await warehouse.run('CREATE RLS POLICY own WITH (owner VARCHAR(100)) USING (owner = current_user)');
      await warehouse.run('ATTACH RLS POLICY own ON orders TO PUBLIC');
      await warehouse.run('ALTER TABLE orders ROW LEVEL SECURITY ON');
    });
    afterAll(() => service.stop());

    const exported = async (tenant: string, query: string) => {
      const job = await client(tenant).complete(query, { content_type: 'JSON', single_file: true });
      return objectsIn((await client(tenant).download(job.job_id)).map(({ data }) => data));
    };
    const asked = async (tenant: string, query: string) =>
      (await client(tenant).call<QueryResult>('POST', '/queries', { body: { query } })).body.rows;

    it('two tenants run the same SELECT and get their own rows', async () => {
      const query = 'SELECT id FROM orders ORDER BY id';
      expect(await exported('acme', query)).toEqual([{ id: 1 }, { id: 3 }]);
      expect(await exported('globex', query)).toEqual([{ id: 2 }]);
      expect(await asked('acme', query)).toEqual([[1], [3]]);
      expect(await asked('globex', query)).toEqual([[2]]);
    });

    it('a table that is not granted is out of reach, for exports and for queries', async () => {
      const { job_id } = await client('acme').start('SELECT * FROM payroll');
      expect((await client('acme').finished(job_id)).error).toMatchObject({ code: 'PERMISSION_DENIED' });
      const { body } = await client('acme').problem('POST', '/queries', { body: { query: 'SELECT * FROM payroll' } });
      expect(body.error).toMatchObject({ code: 'PERMISSION_DENIED', category: 'permission' });
    });

    it('a tenant whom the warehouse does not know gets nothing, and never what others may see', async () => {
      const { job_id } = await client('initech').start('SELECT id FROM orders');
      const job = await client('initech').finished(job_id);
      expect(job.state).toBe('Failed');
      expect(job.error?.category).toBe('permission');
    });

    it('a load changes a table just for whom the warehouse lets do so', async () => {
      const { warehouse } = service;
      const upsert = { operation: 'upsert', object: 'public.inbox', external_id_field: 'id' };
      const load = (tenant: string, body: object = upsert) => client(tenant).load(body, ['id,note\n1,new\n2,two\n']);
      const inbox = () => warehouse.rows('SELECT id, note FROM inbox ORDER BY id');
      for (const tenant of ['acme', 'globex']) {
        const { state, error } = await load(tenant);
        expect({ state, code: error?.code }).toEqual({ state: 'Failed', code: 'PERMISSION_DENIED' });
      }
      expect(await inbox()).toEqual([['1', 'old']]);
      await warehouse.run(`GRANT INSERT, UPDATE, DELETE ON inbox TO "${userOf('acme')}"`);
      const done = await load('acme');
      expect(done).toMatchObject({ state: 'JobComplete', error: null, number_records_processed: 2 });
      expect(await inbox()).toEqual([
        ['1', 'new'],
        ['2', 'two'],
      ]);
      expect((await load('globex')).error?.code).toBe('PERMISSION_DENIED');
      expect((await load('acme', { operation: 'insert', object: 'public.payroll' })).error?.code).toBe(
        'RELATION_NOT_FOUND',
      );
      expect((await load('initech')).state).toBe('Failed');
      expect(await inbox()).toHaveLength(2);
    });

    it('a running export of a tenant can still be cancelled', async () => {
      const endless = 'SELECT count(*) AS n FROM generate_series(1, 100000000000) AS a(x)';
      const { job_id } = await client('acme').start(endless);
      await client('acme').inState(job_id, 'InProgress');
      await client('acme').patch(job_id, { state: 'Aborted' });
      expect((await client('acme').finished(job_id)).state).toBe('Aborted');
    });
  },
);
