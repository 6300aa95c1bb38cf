import { permissionDenied } from '../../../local/redshift/sql/sql-error.ts';
import { startWorld, type World } from './harness.ts';

describe('errors of statements', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld();
    await world.run('create table t (a int, b varchar(10))');
    await world.run(`insert into t values (1, 'x')`);
  });
  afterAll(() => world.close());

  it.each([
    ['select nope from t', 'ERROR: column "nope" does not exist in t\n  Position: 8 [42703]'],
    ['select top 1 nvl(a, 0), Nope from t', 'ERROR: column "nope" does not exist in t\n  Position: 25 [42703]'],
    ['select x.a from t', 'ERROR: missing FROM-clause entry for table "x"\n  Position: 8 [42P01]'],
    ['select * from nowhere', 'ERROR: relation "nowhere" does not exist\n  Position: 15 [42P01]'],
    ['select a b c from t', 'ERROR: syntax error at or near "c"\n  Position: 12 [42601]'],
    ['select a from t where', 'ERROR: syntax error at end of input\n  Position: 22 [42601]'],
    [`select 'open`, `ERROR: unterminated quoted string at or near "'open"\n  Position: 8 [42601]`],
    ['select 1; select 2', 'ERROR: cannot insert multiple commands into a prepared statement\n  Position: 11 [42601]'],
    ['selekt 1', 'ERROR: syntax error at or near "selekt"\n  Position: 1 [42601]'],
    ['select 1 / 0', 'ERROR: Divide by zero [22012]'],
    ['select a / (a - 1) from t', 'ERROR: Divide by zero [22012]'],
    ['select a % (a - 1) from t', 'ERROR: Divide by zero [22012]'],
    [`select 'x'::int`, 'ERROR: invalid input syntax for integer: "x"\n  Position: 11 [22P02]'],
    [`select b::int from t`, 'ERROR: invalid input syntax for integer: "x"\n  Position: 9 [22P02]'],
    ['create table t (a int)', 'ERROR: Relation "t" already exists [42P07]'],
    ['drop table nowhere', 'ERROR: relation "nowhere" does not exist [42P01]'],
    ['select nosuch(a) from t', 'ERROR: function nosuch does not exist\n  Position: 8 [42883]'],
    [
      'select a, sum(a) from t',
      'ERROR: column "a" must appear in the GROUP BY clause or be used in an aggregate function\n  Position: 8 [42803]',
    ],
    ['insert into t (zz) values (1)', 'ERROR: column "zz" does not exist in t [42703]'],
    ['select a from t, t x', 'ERROR: column reference "a" is ambiguous\n  Position: 8 [42702]'],
    [`select date '2024-13-45'`, 'ERROR: date/time field value out of range: "2024-13-45" [22008]'],
    [`call p()`, 'ERROR: CALL is not supported by this engine\n  Position: 1 [0A000]'],
    [`grant select on t to u`, 'ERROR: user "u" does not exist [42704]'],
    [`grant select t to u`, 'ERROR: syntax error at or near "t"\n  Position: 14 [42601]'],
  ])('%s fails with the words and the position of PostgreSQL', async (sql, expected) => {
    expect(await world.run(sql)).toMatchObject({ Status: 'FAILED', Error: expected });
  });

  it('points into the query inside UNLOAD, not into the UNLOAD', async () => {
    const described = await world.run(`unload ('select ''x'', nope from t') to 's3://results/e/' iam_role default`);
    expect(described.Error).toBe('ERROR: column "nope" does not exist in t\n  Position: 13 [42703]');
  });

  it.each([
    `select * from read_csv('/etc/passwd')`,
    `select * from '/etc/passwd'`,
    `copy t to '/tmp/stolen.csv'`,
    `attach '/tmp/x.db' as x`,
    `install httpfs`,
    `create table stolen as select * from read_text('/etc/passwd')`,
  ])('%s does not reach the machine', async (sql) => {
    expect((await world.run(sql)).Status).toBe('FAILED');
  });

  it('words a refusal by permission as Redshift does', () => {
    expect(permissionDenied('secrets').describe()).toBe('ERROR: permission denied for relation secrets [42501]');
  });
});
