import { DescribeTableCommand, ListSchemasCommand, ListTablesCommand } from '@aws-sdk/client-redshift-data';
import { startWorld, type World } from '../harness.ts';
import { all, as, failure } from './as-user.ts';

describe('rights of database users', () => {
  let world: World;
  const ann = as('ann');

  beforeAll(async () => {
    world = await startWorld();
    await all(world, [
      `create user ann password 'Secret1!'`,
      'create user bob with password disable nocreatedb connection limit 5',
      'create user chief createuser password disable',
      'create schema sales',
      'create table flights (origin varchar(3), delay int)',
      `insert into flights values ('JFK', 1), ('SFO', 2)`,
      'create table secrets (v int)',
      'insert into secrets values (42)',
      'create table sales.orders (id int)',
      'insert into sales.orders values (7)',
    ]);
  });
  afterAll(() => world.close());

  it('says who the user is', async () => {
    expect(await world.rows('select current_user, session_user, user as me', ann)).toEqual([['ann', 'ann', 'ann']]);
    expect(await world.rows('select current_user', as('awsuser'))).toEqual([['awsuser']]);
    expect(await world.rows('select current_user')).toEqual([['awsuser']]);
  });

  it.each([
    '12.50::decimal(10,2)',
    "'a'::varchar(3)",
    "'2024-01-01'::date",
    "json_parse('[1]')",
    '1::bigint',
    "'t'::boolean",
  ])('lets everybody cast: %s', async (expression) => {
    expect(await world.rows(`select ${expression} is not null`, ann)).toEqual([[true]]);
  });

  it('lets nobody in whom nobody created', async () => {
    expect(await failure(world, 'select 1', as('stranger'))).toBe('FATAL: user "stranger" does not exist [42704]');
  });

  it.each([
    ['select * from flights', 'permission denied for relation flights'],
    ['select count(*) from public.flights', 'permission denied for relation flights'],
    ['select * from "FLIGHTS" f', 'permission denied for relation flights'],
    ['select 1 where exists (select 1 from flights)', 'permission denied for relation flights'],
    ['with x as (select * from flights) select 1', 'permission denied for relation flights'],
    ['with flights as (select * from flights) select * from flights', 'permission denied for relation flights'],
    [
      'select * from flights, (with flights as (select 1) select * from flights) x',
      'permission denied for relation flights',
    ],
    ['(select * from flights) union all select 1, 2', 'permission denied for relation flights'],
    ['explain select * from flights', 'permission denied for relation flights'],
    ['create table mine as select * from flights', 'permission denied for relation flights'],
    ['create view peek as select * from flights', 'permission denied for relation flights'],
    ['insert into flights values (1)', 'permission denied for relation flights'],
    ['update flights set delay = 0', 'permission denied for relation flights'],
    ['delete from flights', 'permission denied for relation flights'],
    ['truncate flights', 'must be owner of relation flights'],
    ['drop table flights', 'must be owner of relation flights'],
    ['alter table flights add column x int', 'must be owner of relation flights'],
    ['select * from sales.orders', 'permission denied for schema sales'],
    ['create table sales.mine (a int)', 'permission denied for schema sales'],
    ['create schema mine', 'permission denied for database dev'],
    ['create macro open() as 1', 'permission denied for database dev'],
    ['drop schema sales cascade', 'permission denied for database object schema'],
    ['create user eve password disable', 'permission denied to create user'],
    ['create role r', 'permission denied to create role'],
    ['grant select on flights to ann', 'permission denied for relation flights'],
    ['grant role sys:superuser to ann', 'permission denied to grant role'],
    ['alter user ann createuser', 'permission denied to alter user'],
    ['set session authorization awsuser', 'permission denied to set session authorization'],
  ])('%s is refused to a user without rights', async (sql, message) => {
    expect(await failure(world, sql, ann)).toBe(`ERROR: ${message} [42501]`);
  });

  it.each([
    'select * from rs_security.grants',
    'select * from "rs_security"."principals"',
    'insert into rs_security.grants select * from rs_security.grants',
    'select * from information_schema.schemata',
    'select * from pg_catalog.pg_class',
    'select * from pg_tables',
    'select * from duckdb_tables',
    'select * from duckdb_tables()',
    'select * from sqlite_master',
    `select * from query('select * from flights')`,
    `select * from query_table('flights')`,
    `select * from json_execute_serialized_sql(json_serialize_sql('select * from flights'))`,
    `select * from 'flights.parquet'`,
    `select * from "/etc/passwd"`,
    `select * from read_csv('/etc/passwd')`,
    `select * from glob('*')`,
    'select * from (describe flights)',
    'select * from (summarize flights)',
    'show tables',
    'select * from (show tables)',
    `select json_serialize_plan('select * from flights')`,
    `select current_setting('temp_directory')`,
    'select * from memory.public.flights',
    'select * from main.flights, flights',
    'with x as (delete from flights returning *) select * from x',
    'explain analyze delete from flights',
    'create table t (like "flights.parquet")',
  ])('%s is no way around rights', async (sql) => {
    expect(await failure(world, sql, ann)).toMatch(/^ERROR: .*\[(42501|42P01|3F000|42601|0A000)\]$/s);
    expect(await world.rows('select count(*) from flights')).toEqual([[2]]);
  });

  it('shows in the catalog only what the user may touch', async () => {
    await all(world, [
      'create user clerk password disable',
      'grant insert on sales.orders to clerk',
      'grant usage on schema sales to clerk',
    ]);
    const clerk = { ...as('clerk'), Database: 'dev' };
    expect((await world.client.send(new ListTablesCommand(clerk))).Tables).toEqual([
      { schema: 'sales', name: 'orders', type: 'TABLE' },
    ]);
    const nosy = { ...as('ann'), Database: 'dev' };
    expect((await world.client.send(new ListSchemasCommand(nosy))).Schemas).toEqual(['public']);
    expect(
      (await world.client.send(new ListSchemasCommand({ ...as('awsuser'), Database: 'dev' }))).Schemas,
    ).not.toContain('rs_security');
    expect(
      (await world.client.send(new DescribeTableCommand({ ...nosy, Schema: 'sales', Table: 'orders' }))).ColumnList,
    ).toEqual([]);
    expect(await world.rows('select table_name from information_schema.tables', as('clerk'))).toEqual([['orders']]);
  });

  it('gives exactly what was granted, and takes it again', async () => {
    await all(world, ['grant select, insert on table flights to bob']);
    expect(await world.rows('select f.delay from Public.Flights f order by 1', as('bob'))).toEqual([[1], [2]]);
    await all(world, [`insert into flights (origin, delay) values ('LAX', 3)`], as('bob'));
    expect(await failure(world, 'delete from flights', as('bob'))).toContain('[42501]');
    await all(world, ['revoke insert on flights from bob', 'grant delete on flights to bob']);
    expect(await failure(world, `insert into flights values ('X', 1)`, as('bob'))).toContain('[42501]');
    await all(world, ['delete from flights where delay = 3'], as('bob'));
    await all(world, ['revoke all on all tables in schema public from bob']);
    expect(await failure(world, 'select * from flights', as('bob'))).toContain(
      'permission denied for relation flights',
    );
  });

  it('needs SELECT too when a change reads what it changes', async () => {
    await all(world, [
      'create table counters (n int)',
      'insert into counters values (1)',
      'grant update on counters to bob',
    ]);
    expect(await failure(world, 'update counters set n = n + 1', as('bob'))).toContain('[42501]');
    expect(await failure(world, 'update counters set n = 0 where n > 0', as('bob'))).toContain('[42501]');
    await all(world, ['update counters set n = 5'], as('bob'));
    expect(await world.rows('select n from counters')).toEqual([[5]]);
  });

  it('opens a schema by USAGE and a table by its own right, both needed', async () => {
    await all(world, ['grant select on all tables in schema sales to bob']);
    expect(await failure(world, 'select * from sales.orders', as('bob'))).toContain(
      'permission denied for schema sales',
    );
    await all(world, ['grant usage on schema sales to bob']);
    expect(await world.rows('select * from sales.orders', as('bob'))).toEqual([[7]]);
  });

  it('reaches users through roles, roles of roles, groups and PUBLIC', async () => {
    await all(world, [
      'create table shared (v int)',
      'insert into shared values (1)',
      'create role reader',
      'create role analyst',
      'grant role reader to role analyst',
      'grant select on shared to role reader',
    ]);
    expect(await failure(world, 'select * from shared', ann)).toContain('[42501]');
    await all(world, ['grant role analyst to ann']);
    expect(await world.rows('select * from shared', ann)).toEqual([[1]]);
    await all(world, ['revoke role analyst from ann']);
    expect(await failure(world, 'select * from shared', ann)).toContain('[42501]');
    await all(world, ['create group staff with user ann', 'grant select on shared to group staff']);
    expect(await world.rows('select * from shared', ann)).toEqual([[1]]);
    await all(world, ['alter group staff drop user ann', 'grant select on shared to public']);
    expect(await world.rows('select * from shared', as('bob'))).toEqual([[1]]);
    expect(await failure(world, 'grant role analyst to role reader')).toContain('is a member of role');
  });

  it('lets a user own what it creates, and pass rights on only with the option to', async () => {
    await all(
      world,
      [
        'create table own (a int identity(1, 1), b int)',
        'insert into own (b) values (5)',
        'alter table own rename to owned',
      ],
      ann,
    );
    expect(await world.rows('select a, b from owned', ann)).toEqual([[1, 5]]);
    expect(await failure(world, 'select * from owned', as('bob'))).toContain('[42501]');
    await all(world, ['grant select on owned to bob with grant option'], ann);
    await all(world, ['grant select on owned to clerk'], as('bob'));
    expect(await world.rows('select b from owned', as('clerk'))).toEqual([[5]]);
    expect(await failure(world, 'grant select on owned to public', as('clerk'))).toContain('[42501]');
    await all(world, ['drop table owned'], ann);
  });

  it('does not give an old right to a new table of the same name', async () => {
    await all(world, [
      'create table reused (a int)',
      'grant select on reused to bob',
      'drop table reused',
      'create table reused (a int)',
    ]);
    expect(await failure(world, 'select * from reused', as('bob'))).toContain('[42501]');
  });

  it('keeps rights on a table that gets another name', async () => {
    await all(world, [
      'create table before_name (a int)',
      'grant select on before_name to bob',
      'alter table before_name rename to after_name',
    ]);
    expect(await world.rows('select * from after_name', as('bob'))).toEqual([]);
  });

  it('opens a view by the right on the view alone, with the rights of its owner', async () => {
    await all(world, ['create view totals (n) as select count(*) from secrets', 'grant select on totals to bob']);
    expect(await world.rows('select n from totals', as('bob'))).toEqual([[1]]);
    expect(await failure(world, 'select * from secrets', as('bob'))).toContain(
      'permission denied for relation secrets',
    );
    await all(world, ['grant select on secrets to ann']);
    await all(world, ['create view hers as select v from secrets', 'grant select on hers to bob'], ann);
    expect(await world.rows('select v from hers', as('bob'))).toEqual([[42]]);
    await all(world, ['revoke select on secrets from ann']);
    expect(await failure(world, 'select v from hers', as('bob'))).toContain('permission denied for relation secrets');
  });

  it('points errors of a guarded statement into the text that was sent', async () => {
    await all(world, ['grant all on flights to ann']);
    expect(await failure(world, `select 'é', nope from flights`, ann)).toBe(
      'ERROR: column "nope" does not exist in flights\n  Position: 13 [42703]',
    );
    expect(await failure(world, 'select * from flights, nowhere', ann)).toBe(
      'ERROR: relation "nowhere" does not exist\n  Position: 24 [42P01]',
    );
    expect(await failure(world, 'select delay b c from flights', ann)).toBe(
      'ERROR: syntax error at or near "c"\n  Position: 16 [42601]',
    );
    expect(await failure(world, 'update flights set delay = nope where origin = origin', ann)).toBe(
      'ERROR: column "nope" does not exist in flights\n  Position: 28 [42703]',
    );
    await all(world, ['revoke all on flights from ann']);
  });

  it('changes rows for a user as for the administrator', async () => {
    await all(world, [
      'create table stock (id int, n int default 9)',
      'insert into stock values (1, 10), (2, 20), (3, 30)',
      'create table delta (id int, n int)',
      'insert into delta values (2, 5)',
      'grant all on stock to ann',
      'grant select on delta to ann',
    ]);
    expect((await world.run('update stock s set n = s.n + d.n from delta d where d.id = s.id', ann)).ResultRows).toBe(
      1,
    );
    expect((await world.run('delete from stock using delta where stock.id = delta.id + 1', ann)).ResultRows).toBe(1);
    await all(
      world,
      ['insert into stock (id) select id + 100 from delta', 'update stock set n = default where id = 1'],
      ann,
    );
    const bound = { ...ann, Parameters: [{ name: 'id', value: '102' }] };
    expect((await world.run('update stock set n = 77 where id = :id', bound)).ResultRows).toBe(1);
    expect(await world.rows('select id, n from stock order by id', ann)).toEqual([
      [1, 9],
      [2, 25],
      [102, 77],
    ]);
  });

  it('makes superusers of CREATEUSER and of sys:superuser, but nothing more of a security administrator', async () => {
    expect(await world.rows('select v from secrets', as('chief'))).toEqual([[42]]);
    await all(world, ['create user guard password disable', 'grant role sys:secadmin to guard']);
    await all(world, ['create user made password disable', 'create role made_role'], as('guard'));
    expect(await failure(world, 'select v from secrets', as('guard'))).toContain('[42501]');
    expect(await failure(world, 'grant role sys:superuser to guard', as('guard'))).toContain('must be superuser');
    expect(await failure(world, 'create user worse createuser', as('guard'))).toContain('must be superuser');
  });

  it('drops a user only when nothing hangs on it', async () => {
    await all(world, ['create user temp_user password disable', 'grant select on shared to temp_user']);
    expect(await failure(world, 'drop user temp_user')).toBe(
      'ERROR: user "temp_user" cannot be dropped because the user has a privilege on some object [2BP01]',
    );
    await all(world, [
      'revoke all on shared from temp_user',
      'alter user temp_user rename to renamed_user',
      'drop user renamed_user',
      'drop user if exists renamed_user',
    ]);
    expect(await failure(world, 'drop user renamed_user')).toContain('does not exist [42704]');
    expect(await failure(world, 'create user ann password disable')).toBe('ERROR: user "ann" already exists [42710]');
  });
});
