import type { FunctionCase } from './functions.cases.ts';
import { startWorld, type World } from './harness.ts';
import { failure } from './security/as-user.ts';

const TRY_CASTS: readonly FunctionCase[] = [
  [`try_cast('12' as integer)`, 12],
  [`try_cast('+12' as int)`, 12],
  [`try_cast('1.5' as integer)`, null],
  [`try_cast('1e3' as integer)`, null],
  [`try_cast('0x10' as integer)`, null],
  [`try_cast('1_000' as bigint)`, null],
  [`try_cast('99999999999' as integer)`, null],
  [`try_cast('99999999999' as int8)`, 99_999_999_999],
  [`try_cast('40000' as smallint)`, null],
  [`try_cast(40000 as int2)`, null],
  [`try_cast(3000000000 as integer)`, null],
  [`try_cast(2.5 as integer)`, 3],
  [`try_cast(null as integer)`, null],
  [`try_cast(true as integer)`, 1],
  [`try_cast(2 as boolean)`, true],
  [`try_cast(0::smallint as bool)`, false],
  [`try_cast('1.005' as decimal(6,2))`, '1.01'],
  [`try_cast('123456.7' as decimal(6,2))`, null],
  [`try_cast('.5' as numeric(6,2))`, '0.50'],
  [`try_cast('1,000' as decimal(6,2))`, null],
  [`try_cast('12.6' as decimal)`, '13'],
  [`try_cast('nan' as decimal(6,2))`, null],
  [`try_cast('1.5' as double precision)`, 1.5],
  [`try_cast('1_0' as float)`, null],
  [`try_cast('1e400' as float8)`, null],
  [`try_cast('1e39' as real)`, null],
  [`try_cast('1e39' as float8)`, 1e39],
  [`try_cast('NaN' as float8)::varchar`, 'nan'],
  [`try_cast('2024-01-31' as date)`, '2024-01-31'],
  [`try_cast('2024-02-30' as date)`, null],
  [`try_cast('2024-01-31 x' as date)`, null],
  [`try_cast('01/31/2024' as date)`, '2024-01-31'],
  [`try_cast('31/01/2024' as date)`, null],
  [`try_cast('20240131' as date)`, '2024-01-31'],
  [`try_cast('31-Jan-2024' as date)`, '2024-01-31'],
  [`try_cast('January 8, 1999' as date)`, '1999-01-08'],
  [`try_cast('2024-01-3/' as date)`, null],
  [`try_cast('infinity' as date)`, null],
  [`try_cast('x' as date)`, null],
  [`try_cast(timestamp '2024-01-31 10:00:00' as date)`, '2024-01-31'],
  [`try_cast('2024-01-31' as timestamp)`, '2024-01-31 00:00:00'],
  [`try_cast('2024-01-31T10:11:12Z' as timestamp)`, '2024-01-31 10:11:12'],
  [`try_cast('2024-01-31 10:11:12.123456' as timestamp without time zone)`, '2024-01-31 10:11:12.123456'],
  [`try_cast('2024-01-31 10:11:12+02' as timestamp with time zone)`, '2024-01-31 08:11:12+00'],
  [`try_cast('2024-01-31 10:11:12+02' as timestamptz)`, '2024-01-31 08:11:12+00'],
  [`try_cast('01/31/2024 10:11:12' as timestamp)`, '2024-01-31 10:11:12'],
  [`try_cast('2024-01-31 25:00:00' as timestamp)`, null],
  [`try_cast('2024-01-3T 10:11:12' as timestamp)`, null],
  [`try_cast(' 999-01-01 10:00:00' as timestamp)`, null],
  [`try_cast('9999-12-31 24:00:0Z' as timestamptz)`, null],
  [`try_cast('infinity' as timestamp)`, null],
  [`try_cast('abcdef' as varchar(3))`, 'abc'],
  [`try_cast('abcdef' as character varying(3))`, 'abc'],
  [`try_cast('aßßb' as varchar(4))`, 'aß'],
  [`try_cast('aßßb' as varchar(max))`, 'aßßb'],
  [`try_cast(12345 as varchar(3))`, '123'],
];

const CASTS: readonly FunctionCase[] = [
  [`cast('12' as integer)`, 12],
  [`cast(2.5 as integer)`, 3],
  [`cast('abcdef' as varchar(3))`, 'abc'],
  [`cast('x' as varchar)`, 'x'],
];

/** Where nothing is known of the real service but that it may differ. */
const ASSUMED: readonly FunctionCase[] = [
  [`try_cast(' 12 ' as integer)`, 12],
  [`try_cast('' as integer)`, null],
  [`try_cast(' ' as integer)`, null],
  [`try_cast('1e2' as decimal(6,2))`, '100.00'],
  [`try_cast('1/8/99' as date)`, null],
];

describe('casts', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    await world.run('create table texts (x varchar(100))');
    await world.run(`insert into texts values ('1'), ('1.5'), (null), ('yes')`);
  });
  afterAll(() => world.close());

  it.each(TRY_CASTS)('%s is what Redshift makes of it', async (sql, expected) => {
    expect(await world.rows(`select ${sql}`, { WaitTimeSeconds: 30 })).toEqual([[expected]]);
  });
  it.each(CASTS)('%s is what Redshift makes of it', async (sql, expected) => {
    expect(await world.rows(`select ${sql}`, { WaitTimeSeconds: 30 })).toEqual([[expected]]);
  });
  it.each(ASSUMED)('%s is assumed: the documentation does not say', async (sql, expected) => {
    expect(await world.rows(`select ${sql}`, { WaitTimeSeconds: 30 })).toEqual([[expected]]);
  });

  it('tries each row by itself, and parameters', async () => {
    expect(await world.rows('select count(*) from texts where try_cast(x as int) is not null')).toEqual([[1]]);
    const Parameters = [{ name: 'p', value: '1.5' }];
    expect(await world.rows('select try_cast(:p as int)', { Parameters })).toEqual([[null]]);
  });

  it('refuses text as BOOLEAN, a pair of types that Redshift does not list for TRY_CAST', async () => {
    for (const sql of [`select try_cast('yes' as boolean)`, 'select try_cast(x as bool) from texts']) {
      expect(await failure(world, sql)).toMatch(
        /^ERROR: cannot cast type character varying to boolean\n {2}Position: \d+ \[42846\]$/,
      );
    }
  });

  it('reads text as BOOLEAN by CASE, as it has to be written for Redshift', async () => {
    const sql = `select case when lower(x) in ('t', 'true', 'y', 'yes', '1') then true
      when lower(x) in ('f', 'false', 'n', 'no', '0') then false end as b from texts order by b`;
    expect(await world.rows(sql)).toEqual([[true], [true], [null], [null]]);
  });

  it.each(['1.5', '1e3', '', '0x10'])('does not CAST %p to an integer', async (text) => {
    expect(await failure(world, `select cast('${text}' as integer)`)).toBe(
      `ERROR: invalid input syntax for integer: "${text}"\n  Position: 8 [22P02]`,
    );
  });

  it('differs from Redshift where a cast is written with ::, which rounds', async () => {
    expect(await world.rows(`select '1.5'::int`)).toEqual([[2]]);
  });

  it.each([
    'select 1 / case when count(*) > 3 then 0 else 1 end from texts',
    'select count(*) % (select 0)',
    'select sum(1) over w / sum(0) over w from texts window w as (order by x)',
    'select 1 / percentile_cont(0.5) within group (order by 0) from texts',
    'select 1.5 / 0.0',
    'select 1::float8 / (1 - 1)',
    'create temp table guard as select 1 / case when count(*) > 3 then 0 else 1 end as ok from texts',
    'select mod(5, 0)',
  ])('%s divides by zero', async (sql) => {
    expect(await failure(world, sql)).toContain('ERROR: Divide by zero');
  });

  it('divides NULL, and by NULL', async () => {
    expect(await world.rows('select null / 2, 2 / null::int, 7 / nullif(0, 0), 6 / count(*) from texts')).toEqual([
      [null, null, null, 1],
    ]);
  });
});
