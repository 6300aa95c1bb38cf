import { loadingInto, type Loading } from './copy/loading.ts';
import { startWorld, type World } from './harness.ts';
import { all } from './security/as-user.ts';

/** Of what docs/redshift-local.md calls different, that which a load can meet: who changes one of these changes that page as well. */
describe('this differs from Redshift:', () => {
  let world: World;
  let loading: Loading;

  beforeAll(async () => {
    world = await startWorld();
    loading = loadingInto(world);
  });
  afterAll(() => world.close());

  async function session() {
    const { SessionId } = await world.run('select 1', { SessionKeepAliveSeconds: 60 });
    const within = { SessionId, WorkgroupName: undefined, Database: undefined };
    return {
      run: (sql: string) => world.run(sql, within),
      rows: (sql: string) => world.rows(sql, within),
    };
  }

  it('COPY numbers IDENTITY columns in the order of the file, where Redshift promises no order', async () => {
    const table = await loading.table('n bigint identity(1, 1), a varchar(9)');
    await loading.load(`${table} (a)`, 'x\ny\nz\n', 'csv');
    expect(await world.rows(`select n, a from ${table} order by n`)).toEqual([
      [1, 'x'],
      [2, 'y'],
      [3, 'z'],
    ]);
  });

  it('COPY counts a record of CSV as one line, where Redshift may count each line break within quotes', async () => {
    const table = await loading.table('a int, b varchar(9)');
    const described = await loading.load(table, '1,"two\nlines"\nx,y\n', 'csv maxerror 1');
    expect((await loading.errorsOf(described)).map(([line]) => line)).toEqual([2]);
  });

  it('a rollback does not take back pg_last_copy_id()', async () => {
    const { run, rows } = await session();
    const table = await loading.table('a int');
    await loading.put('rollback/file', '1\n');
    await run('begin');
    const { RedshiftQueryId: id } = await run(`copy ${table} from 's3://results/rollback/file' iam_role default csv`);
    await run('rollback');
    expect(id).toBeGreaterThan(0);
    expect(await rows('select pg_last_copy_id()')).toEqual([[id]]);
  });

  it('of two transactions that change one row the second fails at once, where Redshift lets it wait for the first', async () => {
    await all(world, ['create table contested (a int)', 'insert into contested values (1)']);
    const [first, second] = [await session(), await session()];
    await first.run('begin');
    await first.run('update contested set a = 2');
    await second.run('begin');
    expect((await second.run('update contested set a = 3')).Error).toContain('[40001]');
    await second.run('rollback');
    await first.run('commit');
  });

  it('INSERT takes text that is longer than its column, where Redshift fails with 22001', async () => {
    await all(world, ['create table short (a varchar(3))', `insert into short values ('four')`]);
    expect(await world.rows('select a from short')).toEqual([['four']]);
  });

  it('MERGE takes a source that reads the target, which Redshift refuses', async () => {
    await all(world, ['create table merged (a int, b int)', 'insert into merged values (1, 1)']);
    const sql = `merge into merged using (select a, b + 1 as b from merged) as m on merged.a = m.a
      when matched then update set b = m.b when not matched then insert values (m.a, m.b)`;
    expect((await world.run(sql)).Status).toBe('FINISHED');
    expect(await world.rows('select b from merged')).toEqual([[2]]);
  });

  it.each([
    ['a cast written with :: rounds, where Redshift refuses the text', `select '1.5'::int`, 2],
    ['dividing decimals gives a double, where Redshift gives a decimal', 'select 1.00 / 3.00', 1 / 3],
    ['LIKE has no escape of its own, where Redshift takes a backslash', String.raw`select 'a%' like 'a\\%'`, false],
  ])('%s', async (_, sql, expected) => {
    expect(await world.rows(sql)).toEqual([[expected]]);
  });
});
