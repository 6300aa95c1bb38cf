import { startWorld, type World } from './harness.ts';
import { all, as, failure } from './security/as-user.ts';

describe('MERGE', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    await all(world, [
      'drop table if exists target',
      'drop table if exists source',
      `create table target (id int, name varchar(10), seq bigint identity(1, 1), state varchar(5) default 'new')`,
      'create table source (id int, name varchar(10))',
      `insert into target (id, name) values (101, 'Bob'), (102, 'John'), (103, 'Susan')`,
      `insert into source values (102, 'Tony'), (103, 'Alice'), (104, 'Bill')`,
    ]);
  });

  const UPSERT = `merge into target using source on target.id = source.id
    when matched then update set name = source.name
    when not matched then insert (id, name) values (source.id, source.name)`;
  const rows = () => world.rows('select id, name, seq, state from target order by id');
  const names = () => world.rows('select id, name from target order by id');

  it('updates what matches and inserts what does not, with identities and defaults', async () => {
    expect(await world.run(UPSERT)).toMatchObject({ Status: 'FINISHED', ResultRows: 3, HasResultSet: false });
    expect(await rows()).toEqual([
      [101, 'Bob', 1, 'new'],
      [102, 'Tony', 2, 'new'],
      [103, 'Alice', 3, 'new'],
      [104, 'Bill', 4, 'new'],
    ]);
  });

  it('deletes what matches, from a temporary table under an alias, in one transaction with others', async () => {
    const { Status } = await world.batch([
      'create temp table gone as select id, name from source',
      `merge into public.target using gone as g on public.target.id = g.id and target.name = 'John'
         when matched then delete when not matched then insert (id, name) values (g.id + 1000, upper(g.name))`,
    ]);
    expect(Status).toBe('FINISHED');
    expect(await names()).toEqual([
      [101, 'Bob'],
      [103, 'Susan'],
      [1103, 'ALICE'],
      [1104, 'BILL'],
    ]);
  });

  it('fails as Redshift does when two source rows match one target row, and changes nothing', async () => {
    await all(world, [`insert into source values (102, 'Twice')`]);
    const others = ['delete', `update set name = upper(source.name)`].map((change) =>
      UPSERT.replace('update set name = source.name', change),
    );
    for (const sql of [UPSERT, ...others]) {
      expect(await failure(world, sql)).toContain('ERROR: Found multiple matches to update the same tuple.');
    }
    expect((await names()).map(([, name]) => name)).toEqual(['Bob', 'John', 'Susan']);
  });

  it.each([
    ['updates', 'update set name = source.name', 4, 3],
    ['deletes', 'delete', 2, 3],
    ['updates, by an expression,', 'update set name = lower(source.name)', 4, 3],
  ])('%s every target row that one source row matches', async (_what, change, left, changed) => {
    await all(world, [`insert into target (id) values (102)`, 'delete from source where id = 103']);
    const { Status, ResultRows } = await world.run(UPSERT.replace('update set name = source.name', change));
    expect({ Status, ResultRows }).toEqual({ Status: 'FINISHED', ResultRows: changed });
    expect((await names()).filter(([id]) => id !== 103).length).toBe(left);
  });

  it('inserts all copies of a key that the target lacks, for Redshift does not look among the source rows', async () => {
    await all(world, [`insert into source values (104, 'Twin')`, UPSERT]);
    expect(await world.rows('select count(*) from target where id = 104')).toEqual([[2]]);
  });

  it('inserts rows whose key is NULL, which match nothing', async () => {
    await all(world, [`insert into source values (null, 'Nobody')`, UPSERT, UPSERT]);
    expect(await world.rows('select count(*) from target where id is null')).toEqual([[2]]);
  });

  it('computes the values of a branch for its own rows only', async () => {
    await all(world, [
      `merge into target using source s on target.id = s.id
         when matched then update set name = case when s.id = 102 then 'two' else default_name end, state = default
         when not matched then insert values (s.id, 'n' || 1 / (s.id - 103), 77, 'x')`.replace(
        'default_name',
        `'three'`,
      ),
    ]);
    expect(await rows()).toEqual([
      [101, 'Bob', 1, 'new'],
      [102, 'two', 2, 'new'],
      [103, 'three', 3, 'new'],
      [104, 'n1', 77, 'x'],
    ]);
  });

  it('takes a query or a view as its source', async () => {
    await all(world, [
      'create or replace view doubled as select id * 1 as id, name from source',
      UPSERT.replace('using source', 'using (select distinct id, name from doubled) as source'),
    ]);
    expect((await names()).length).toBe(4);
  });

  it('binds parameters', async () => {
    const sql = UPSERT.replace('set name = source.name', 'set name = :name').replace(
      'source.id\n',
      'source.id and target.name = :old\n',
    );
    const Parameters = [
      { name: 'name', value: `it's` },
      { name: 'old', value: 'John' },
    ];
    expect((await world.run(sql, { Parameters })).Status).toBe('FINISHED');
    expect(await world.rows('select name from target where id = 102')).toEqual([[`it's`]]);
  });

  it.each([
    ['an alias of the target', UPSERT.replace('into target', 'into target t'), '[42601]'],
    ['a condition that is not equality', UPSERT.replace('target.id = source.id', 'target.id > source.id'), '[0A000]'],
    ['OR', UPSERT.replace('on ', 'on target.name = source.name or '), '[0A000]'],
    ['itself as its source', UPSERT.replace('using source', 'using target'), '[0A000]'],
    ['only one clause', UPSERT.replace(/when matched.*\n/, ''), '[42601]'],
    ['REMOVE DUPLICATES', 'merge into target using source on target.id = source.id remove duplicates', '[0A000]'],
    ['more values than columns', UPSERT.replace('(id, name)', '(id)'), '[42601]'],
    ['a column that is not there', UPSERT.replace('set name =', 'set nope ='), '[42703]'],
    ['a source that is not there', UPSERT.replace('using source', 'using nowhere'), '[42P01]'],
  ])('refuses %s', async (_what, sql, state) => {
    expect(await failure(world, sql)).toContain(state);
  });

  it('points at what it does not know in the text as it was sent', async () => {
    const sql = UPSERT.replace('source.name)', 'source.nope)');
    expect(await failure(world, sql)).toContain(`Position: ${sql.indexOf('source.nope') + 1}`);
  });

  describe('by a user', () => {
    const bea = as('bea');
    beforeAll(() => all(world, ['create user bea password disable']));

    it.each([
      ['SELECT on the source', 'insert, update, select on target'],
      ['SELECT on the target', 'insert, update on target'],
      ['INSERT', 'select, update on target'],
      ['UPDATE', 'select, insert, delete on target'],
    ])('needs %s', async (missing, granted) => {
      if (!missing.endsWith('source')) await all(world, ['grant select on source to bea']);
      await all(world, [`grant ${granted} to bea`]);
      expect(await failure(world, UPSERT, bea)).toContain('permission denied');
    });

    it('needs DELETE to delete', async () => {
      await all(world, ['grant select on source to bea', 'grant select, insert, update on target to bea']);
      const sql = UPSERT.replace('update set name = source.name', 'delete');
      expect(await failure(world, sql, bea)).toContain('permission denied for relation target');
      await all(world, ['grant delete on target to bea']);
      await all(world, [sql], bea);
      expect((await names()).map(([id]) => id)).toEqual([101, 104]);
    });

    it('works with these rights from a temporary table, as do UPDATE and DELETE', async () => {
      await all(world, ['grant select, insert, update, delete on target to bea']);
      const described = await world.batch(
        [
          `create temp table g (_id bigint identity(1, 1), id int, name varchar(10))`,
          `insert into g (id, name) values (102, 'Tony'), (104, 'Bill')`,
          'merge into target using g on target.id = g.id when matched then update set name = g.name when not matched then insert (id, name) values (g.id, g.name)',
          `update target set name = g.name || '!' from g where target.id = g.id and g._id = 1`,
          'delete from target using g where target.id = g.id and g._id = 2',
        ],
        bea,
      );
      expect(described.Error).toBeUndefined();
      expect(described.SubStatements?.map(({ ResultRows }) => ResultRows).slice(2)).toEqual([2, 1, 1]);
      expect((await names()).map(([, name]) => name)).toEqual(['Bob', 'Tony!', 'Susan']);
    });

    it('does not touch a table that row-level security protects, and reads only visible rows of such a source', async () => {
      await all(world, [
        'grant select, insert, update on target to bea',
        'grant select on source to bea',
        'create rls policy upper_half with (id int) using (id > 103)',
        'attach rls policy upper_half on source to bea',
        'alter table source row level security on',
      ]);
      await all(world, [UPSERT], bea);
      expect((await names()).map(([, name]) => name)).toEqual(['Bob', 'John', 'Susan', 'Bill']);
      await all(world, ['alter table target row level security on']);
      expect(await failure(world, UPSERT, bea)).toContain('row-level security protects it');
    });
  });
});
