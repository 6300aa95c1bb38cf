import { ExecuteStatementCommand } from '@aws-sdk/client-redshift-data';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bucket, startWorld, type Value, type World } from '../harness.ts';
import { all, as, failure } from './as-user.ts';

const TENANTS = [
  'create user acme password disable',
  'create user globex password disable',
  'create user outsider password disable',
  'create table flights (tenant varchar(20), secret varchar(20), delay int)',
  `insert into flights values ('acme', '11', 1), ('acme', '12', 2), ('globex', 'topsecret', 3)`,
  'grant all on flights to acme, globex, outsider',
  'create rls policy own_rows with (tenant varchar(20)) using (tenant = current_user)',
  'attach rls policy own_rows on flights to acme, globex',
  'alter table flights row level security on',
];

describe('row-level security', () => {
  let world: World;
  const acme = as('acme');
  const mine: Value[][] = [
    ['acme', 1],
    ['acme', 2],
  ];

  beforeAll(async () => {
    world = await startWorld();
    await all(world, TENANTS);
  });
  afterAll(() => world.close());

  it('shows to each tenant its rows, to a user without policy none, to the administrator all', async () => {
    expect(await world.rows('select tenant, delay from flights order by delay', acme)).toEqual(mine);
    expect(await world.rows('select delay from flights', as('globex'))).toEqual([[3]]);
    expect(await world.rows('select * from flights', as('outsider'))).toEqual([]);
    expect(await world.rows('select count(*) from flights')).toEqual([[3]]);
  });

  it.each([
    'select count(*) from flights',
    'select count(*) from PUBLIC."Flights"',
    'select count(flights.delay) from public.flights',
    'select count(public.flights.delay) from public.flights where public.flights.delay > 0',
    'select count(*) from flights f, (select 1) x',
    'select count(*) from (select * from flights union all select * from flights where false) u',
    'with f as (select * from flights) select count(*) from f',
    'with flights as (select * from flights) select count(*) from flights',
    'with recursive flights as (select * from flights union select * from flights) select count(*) from flights',
    'select (select count(*) from flights)',
    'select count(*) from flights a where exists (select 1 from flights b where b.delay = a.delay)',
    'select max(n) from (select count(*) over () as n from flights) w',
    'select count(*) from flights left join flights other on true where other.delay = 1',
    'select count(*) from flights as f(a, b, c)',
    'select count(*) from (flights f join (select 1 as one) o on true)',
    'select sum(n) from (values (1)) v(x), lateral (select count(*) as n from flights) l',
    'select count(*) from /* hidden */ flights -- where\n',
    'select sum(decode(tenant, (select max(tenant) from flights), 1, 0)) from flights',
  ])('%s counts no other row', async (sql) => {
    expect(await world.rows(sql, acme)).toEqual([[2]]);
  });

  it('tries no condition of the user on a hidden row: an error would tell its value', async () => {
    expect(await world.rows('select delay from flights where cast(secret as int) = 12', acme)).toEqual([[2]]);
    expect(await world.rows('select delay from flights where 1 / (delay - 3) <> 7 order by 1', acme)).toEqual([
      [1],
      [2],
    ]);
    expect((await world.run('update flights set delay = delay where secret::int > 0', acme)).ResultRows).toBe(2);
    expect((await world.run('delete from flights where secret::int > 100', acme)).ResultRows).toBe(0);
    expect(await failure(world, 'select stats(secret) from flights', acme)).toBe(
      'ERROR: permission denied for function stats [42501]',
    );
  });

  it('cannot be led to tables of the user by names in the policy or in a view', async () => {
    await all(world, [
      'create table members (login varchar(20), tenant varchar(20))',
      `insert into members values ('acme', 'acme')`,
      'create table trips (tenant varchar(20), n int)',
      `insert into trips values ('acme', 1), ('globex', 2)`,
      'create rls policy by_member with (tenant varchar(20)) as t using (t.tenant in (select m.tenant from members m where m.login = current_user))',
      'attach rls policy by_member on trips to public',
      'alter table trips row level security on',
      'create view all_trips as select * from trips',
      'grant select on trips to acme, globex',
      'grant select on all_trips to acme',
    ]);
    const everything = `select 'acme' as login, 'globex' as tenant`;
    expect(await world.rows(`with members as (${everything}) select n from trips`, acme)).toEqual([[1]]);
    expect(
      await world.rows(`with trips as (select 9 as n), members as (${everything}) select n from all_trips`, acme),
    ).toEqual([[1]]);
    expect(await failure(world, 'select * from members', acme)).toContain('permission denied for relation members');
    const { SessionId } = await world.client.send(
      new ExecuteStatementCommand({
        ...acme,
        Database: 'dev',
        Sql: `create temp table members as ${everything}`,
        SessionKeepAliveSeconds: 60,
        WaitTimeSeconds: 30,
      }),
    );
    const inSession = { SessionId, WorkgroupName: undefined, Database: undefined };
    expect(await world.rows('select tenant from members', inSession)).toEqual([['globex']]);
    expect(await world.rows('select n from trips', inSession)).toEqual([[1]]);
    expect(await world.rows('select n from all_trips', inSession)).toEqual([[1]]);
    expect(await world.rows('select n from trips', as('globex'))).toEqual([]);
  });

  it('tries no condition of the user on a row that a lookup hides, which the engine would gladly do first', async () => {
    await all(world, [
      'create table owners (tenant varchar(20), login varchar(20))',
      `insert into owners values ('acme', 'acme'), ('globex', 'globex')`,
      'create table diary (tenant varchar(20), secret varchar(20))',
      `insert into diary values ('acme', '1'), ('globex', 'topsecret')`,
      'grant select on diary to acme',
      `create rls policy not_others with (tenant varchar(20)) as t
         using (not exists (select 1 from owners o where o.tenant = t.tenant and o.login <> current_user))`,
      'attach rls policy not_others on diary to public',
      'alter table diary row level security on',
    ]);
    // Of this function the engine does not know that it can fail.
    const probe = `select count(*) from diary where sha2(secret, case secret when 'topsecret' then 1 else 256 end) <> ''`;
    expect(await world.rows(probe, acme)).toEqual([[1]]);
    expect(await world.rows('select count(*) from diary where secret::int > 0', acme)).toEqual([[1]]);
  });

  it('shows the plan of a protected query, with its estimates of hidden rows, only to whoever has the right', async () => {
    const sql = `explain select * from flights where secret = 'x'`;
    expect(await failure(world, sql, acme)).toContain('[42501]');
    expect((await world.run('explain select 1', acme)).Status).toBe('FINISHED');
    await all(world, ['create role planner', 'grant explain rls to role planner', 'grant role planner to acme']);
    expect((await world.run(sql, acme)).Status).toBe('FINISHED');
    await all(world, ['revoke role planner from acme']);
  });

  it('fails rather than opens when a column of the policy is gone', async () => {
    await all(world, [
      'create table moved (tenant varchar(20), n int)',
      `insert into moved values ('globex', 1)`,
      'grant select on moved to acme',
      'attach rls policy own_rows on moved to public',
      'alter table moved row level security on',
      'alter table moved rename column tenant to owner',
    ]);
    const lure = `select n from (select 'acme' as tenant) x, moved`;
    expect(await failure(world, lure, acme)).toContain('column "tenant" does not exist');
  });

  it('filters a view by the rows of whoever asks, not of its owner', async () => {
    await all(world, [
      'create view late (t, d) as select tenant, delay from flights where delay > 0',
      'grant select on late to acme, globex',
    ]);
    expect(await world.rows('select t, d from late order by d', acme)).toEqual(mine);
    expect(await world.rows('select d from public.late l', as('globex'))).toEqual([[3]]);
    await all(world, [
      'create view over_late as with x as (select * from late) select d from x',
      'grant select on over_late to acme',
    ]);
    expect(await world.rows('select d from over_late order by 1', acme)).toEqual([[1], [2]]);
  });

  it('protects a view by itself as well', async () => {
    await all(world, [
      'create view by_tenant as select tenant, count(*) as n from trips group by 1',
      'grant select on by_tenant to globex',
      `create rls policy never with (tenant varchar(20)) using (tenant = 'nobody')`,
      'attach rls policy never on by_tenant to role sys:secadmin',
      'alter table by_tenant row level security on',
    ]);
    expect(await world.rows('select * from by_tenant', as('globex'))).toEqual([]);
    expect(await world.rows('select count(*) from by_tenant')).toEqual([[2]]);
  });

  it('changes and deletes only rows that the user sees, and does not bind INSERT', async () => {
    await all(world, [
      'create table notes (tenant varchar(20), v int)',
      `insert into notes values ('acme', 1), ('globex', 1)`,
    ]);
    await all(world, [
      'grant all on notes to acme, globex',
      'attach rls policy own_rows on notes to public',
      'alter table notes row level security on',
    ]);
    expect((await world.run('update notes set v = 9', acme)).ResultRows).toBe(1);
    expect((await world.run('delete from notes where v > 0', as('globex'))).ResultRows).toBe(1);
    expect((await world.run(`update notes n set v = 10 from flights f where f.tenant = n.tenant`, acme)).Status).toBe(
      'FINISHED',
    );
    expect((await world.run(`insert into notes values ('globex', 5)`, acme)).Status).toBe('FINISHED');
    expect(await world.rows('select tenant, v from notes order by v')).toEqual([
      ['globex', 5],
      ['acme', 10],
    ]);
    await all(world, ['create table copied as select * from flights'], acme);
    expect(await world.rows('select count(*) from copied')).toEqual([[2]]);
  });

  it('exports by UNLOAD only the rows of whoever submitted it', async () => {
    await all(
      world,
      [`unload ('select delay from flights order by 1') to 's3://${bucket}/acme/' iam_role default parallel off`],
      acme,
    );
    expect((await world.object('acme/000')).toString()).toBe('1\n2\n');
    const unload = `unload ('select * from members') to 's3://${bucket}/none/' iam_role default`;
    expect(await failure(world, unload, acme)).toBe('ERROR: permission denied for relation members [42501]');
    await all(
      world,
      [
        `unload ('select tenant, delay from flights') to 's3://${bucket}/parts/' iam_role default partition by (tenant)`,
      ],
      acme,
    );
    expect(await world.keys('parts/')).toEqual([expect.stringContaining('parts/tenant=acme/')]);
  });

  it('combines policies by AND unless told OR, over users, roles and PUBLIC', async () => {
    await all(world, [
      'create table pairs (tenant varchar(20), v int)',
      `insert into pairs values ('acme', 1), ('acme', 5), ('globex', 5)`,
      'grant select on pairs to acme',
      'create role heavy',
      'grant role heavy to acme',
      'create rls policy big with (v int) using (v > 3)',
      'attach rls policy own_rows on pairs to public',
      'attach rls policy big on pairs to role heavy',
      'alter table pairs row level security on',
    ]);
    const count = 'select count(*) from pairs';
    expect(await world.rows(count, acme)).toEqual([[1]]);
    await all(world, ['alter table pairs row level security on conjunction type or']);
    expect(await world.rows(count, acme)).toEqual([[3]]);
    await all(world, ['detach rls policy big on pairs from role heavy']);
    expect(await world.rows(count, acme)).toEqual([[2]]);
    await all(world, ['alter table pairs row level security off']);
    expect(await world.rows(count, acme)).toEqual([[3]]);
  });

  it('is passed over by whoever may ignore it', async () => {
    await all(world, ['create role auditor', 'grant ignore rls to role auditor', 'grant role auditor to outsider']);
    expect(await world.rows('select count(*) from flights', as('outsider'))).toEqual([[3]]);
    await all(world, ['revoke role auditor from outsider']);
    expect(await world.rows('select count(*) from flights', as('outsider'))).toEqual([[0]]);
  });

  it('binds the owner of a table too', async () => {
    await all(world, ['alter table trips owner to globex']);
    expect(await world.rows('select count(*) from trips', as('globex'))).toEqual([[0]]);
    expect(await failure(world, 'alter table trips row level security off', as('globex'))).toContain('[42501]');
  });

  it('stays on a table that gets another name, and is gone with a dropped one', async () => {
    await all(world, [
      'create table old_name (tenant varchar(20))',
      `insert into old_name values ('globex')`,
      'grant select on old_name to acme',
    ]);
    await all(world, [
      'attach rls policy own_rows on old_name to public',
      'alter table old_name row level security on',
      'alter table old_name rename to new_name',
    ]);
    expect(await world.rows('select * from new_name', acme)).toEqual([]);
    await all(world, [
      'drop table new_name',
      'create table new_name as select 1 as one',
      'grant select on new_name to acme',
    ]);
    expect(await world.rows('select * from new_name', acme)).toEqual([[1]]);
  });

  it.each([
    ['create rls policy own_rows using (true)', 'RLS policy "own_rows" already exists [42710]'],
    ['create rls policy bad with (a int) using (b = 1)', 'column "b" does not exist'],
    ['create rls policy bad using (exists (select 1 from flights))', 'cannot look up flights'],
    ['create rls policy bad using (exists (select 1 from late))', 'cannot look up late'],
    ['attach rls policy nope on flights to public', 'RLS policy "nope" does not exist [42704]'],
    ['attach rls policy own_rows on members to nobody', 'user "nobody" does not exist [42704]'],
    ['attach rls policy big on flights to public', 'column "v"'],
    ['attach rls policy by_member on flights to public', 'must have the same alias'],
    ['drop rls policy own_rows', 'because it is attached to relation'],
    ['detach rls policy big on flights from public', 'is not attached to relation "flights"'],
    ['alter table flights row level security on conjunction type xor', 'syntax error'],
  ])('%s is refused', async (sql, message) => {
    expect(await failure(world, sql)).toContain(message);
  });

  it.each([
    'create rls policy mine using (true)',
    'drop rls policy own_rows cascade',
    'detach rls policy own_rows on flights from acme',
    'alter rls policy own_rows using (true)',
    'alter table flights row level security off',
    'grant ignore rls to role heavy',
  ])('%s is not for users', async (sql) => {
    expect(await failure(world, sql, acme)).toContain('[42501]');
  });

  it('lives on over a restart with a file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'redshift-rls-'));
    const databaseFile = join(directory, 'warehouse.duckdb');
    try {
      const before = await startWorld({ databaseFile });
      await all(before, TENANTS);
      await before.close();
      const after = await startWorld({ databaseFile });
      const rows = await after.rows('select delay from flights order by 1', acme);
      await after.close();
      expect(rows).toEqual([[1], [2]]);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
