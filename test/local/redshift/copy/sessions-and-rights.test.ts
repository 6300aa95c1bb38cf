import { ExecuteStatementCommand } from '@aws-sdk/client-redshift-data';
import { bucket, startWorld, target, type World } from '../harness.ts';
import { all, as } from '../security/as-user.ts';
import { failure, loadingInto, type Loading } from './loading.ts';

describe('COPY in a session', () => {
  let world: World;
  let loading: Loading;

  beforeAll(async () => {
    world = await startWorld();
    loading = loadingInto(world);
    await loading.put('good', '1\n2\n');
    await loading.put('mixed', '1\nx\n');
    await all(world, [
      'create user ann password disable',
      'create user bob password disable',
      'create schema sales',
      'create table sales.orders (id int)',
      'create table mine (id int)',
      'grant insert on mine to ann',
      'grant insert on mine to bob',
    ]);
  });
  afterAll(() => world.close());

  const session = async () => {
    const { SessionId = '' } = await world.client.send(
      new ExecuteStatementCommand({ ...target, Sql: 'select 1', SessionKeepAliveSeconds: 60, WaitTimeSeconds: 30 }),
    );
    const inside = { WorkgroupName: undefined, Database: undefined, SessionId };
    return {
      run: (sql: string) => world.run(sql, inside),
      rows: (sql: string) => world.rows(sql, inside),
    };
  };
  const from = (key: string): string => `from 's3://${bucket}/${key}' iam_role default csv`;

  it('knows the id and count of the last COPY, and -1 and 0 when there was none', async () => {
    const { run, rows } = await session();
    const last = 'select pg_last_copy_id(), pg_last_copy_count()';
    expect(await rows(last)).toEqual([[-1, 0]]);
    const table = await loading.table('a int');
    const { RedshiftQueryId: id } = await run(`copy ${table} ${from('good')}`);
    expect(await rows(last)).toEqual([[id, 2]]);
    const { RedshiftQueryId: failed } = await run(`copy ${table} ${from('mixed')}`);
    expect(await rows(last)).toEqual([[failed, 0]]);
  });

  it('shows rows and errors within the transaction, and keeps the errors when it is rolled back', async () => {
    const { run, rows } = await session();
    const table = await loading.table('a int');
    await run('begin');
    // The snapshot of the transaction is older than the errors.
    expect(await rows(`select count(*) from ${table}`)).toEqual([[0]]);
    await run(`copy ${table} ${from('mixed')} maxerror 1`);
    const errors = `select line_number, err_code, raw_line, raw_field_value from stl_load_errors where query = pg_last_copy_id()`;
    expect(await rows(errors)).toEqual([[2, 1207, 'x', 'x']]);
    expect(await rows(`select a, pg_last_copy_count() from ${table}`)).toEqual([[1, 1]]);
    await run('rollback');
    expect(await rows(`select count(*) from ${table}`)).toEqual([[0]]);
    expect(await rows(errors)).toEqual([[2, 1207, 'x', 'x']]);
  });

  it('loads temporary tables, whose rows its session alone sees', async () => {
    const { run, rows } = await session();
    await run('create temp table scratch (id bigint identity(1,1), a varchar(3) not null)');
    expect((await run(`copy scratch (a) ${from('good')}`)).ResultRows).toBe(2);
    expect(await rows('select * from scratch order by id')).toEqual([
      [1, '1'],
      [2, '2'],
    ]);
  });

  it('needs INSERT on the table and USAGE on its schema', async () => {
    const copy = async (table: string, who = 'ann') =>
      (await world.run(`copy ${table} ${from('good')}`, as(who))).Error;
    expect(await copy('sales.orders')).toContain('permission denied for schema sales');
    await all(world, ['grant usage on schema sales to ann']);
    expect(await copy('sales.orders')).toContain('permission denied for relation orders');
    await all(world, ['grant insert on sales.orders to ann']);
    expect(await copy('sales.orders')).toBeUndefined();
    expect(await copy('nowhere')).toContain('relation "nowhere" does not exist');
    expect(await copy('sys_load_error_detail')).toContain('permission denied');
    expect(await copy('sys_load_error_detail', 'awsuser')).toContain('permission denied');
  });

  it('shows users the errors of their own loads, and superusers all', async () => {
    for (const who of ['ann', 'bob'])
      expect((await world.run(`copy mine ${from('mixed')}`, as(who))).Error).toBe(failure('mine'));
    const own = `select count(*), count(distinct d.user_id), count(distinct s.userid)
      from sys_load_error_detail d join stl_load_errors s on s.query = d.query_id where d.column_name = 'id'`;
    expect(await world.rows(own, as('ann'))).toEqual([[1, 1, 1]]);
    expect(await world.rows(own, as('awsuser'))).toEqual([[2, 2, 2]]);
    for (const hidden of ['rs_load_errors', 'main.rs_load_errors', 'main.stl_load_errors'])
      expect((await world.run(`select * from ${hidden}`, as('ann'))).Status).toBe('FAILED');
  });

  it('does not apply row-level security to what is loaded', async () => {
    await all(world, [
      'create table guarded (id int)',
      'grant select, insert on guarded to ann',
      'create rls policy none_at_all with (id int) using (id > 99)',
      'attach rls policy none_at_all on guarded to public',
      'alter table guarded row level security on',
    ]);
    expect((await world.run(`copy guarded ${from('good')}`, as('ann'))).ResultRows).toBe(2);
    expect(await world.rows('select * from guarded', as('ann'))).toEqual([]);
    expect(await world.rows('select count(*) from guarded', as('awsuser'))).toEqual([[2]]);
  });
});
