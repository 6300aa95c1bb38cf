import {
  BatchExecuteStatementCommand,
  CancelStatementCommand,
  DescribeStatementCommand,
} from '@aws-sdk/client-redshift-data';
import type { Batch } from '../../../../local/redshift/statements/statement.ts';
import type { BatchPoint } from '../../../../local/redshift/start-redshift.ts';
import { startWorld, target, type World } from '../harness.ts';
import { all, as, failure } from '../security/as-user.ts';

type Hook = (batch: Batch, point: BatchPoint) => Promise<void>;
const ignore: Hook = () => Promise.resolve();

describe('a batch that is one transaction', () => {
  let world: World;
  let onPoint = ignore;

  beforeAll(async () => {
    world = await startWorld({ onBatchPoint: (batch, point) => onPoint(batch, point), slots: 3 });
    await all(world, ['create table kept (a int)', 'create user ann password disable']);
  });
  afterAll(() => world.close());
  beforeEach(() => {
    onPoint = ignore;
  });

  const submit = async (Sqls: string[]): Promise<string> =>
    (await world.client.send(new BatchExecuteStatementCommand({ ...target, Sqls }))).Id ?? '';
  const ended = (Id: string) => world.client.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 30 }));
  const missing = async (table: string): Promise<void> =>
    expect((await world.run(`select * from ${table}`)).Error).toContain('[42P01]');

  /** Holds the first batch that comes to a point until it is opened. */
  const holdAt = (at: BatchPoint) => {
    let open = (): void => undefined;
    let arrived = (_batch: Batch): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const reached = new Promise<Batch>((resolve) => (arrived = resolve));
    onPoint = async (batch, point) => {
      if (point !== at) return;
      onPoint = ignore;
      arrived(batch);
      await opened;
    };
    return { reached, open };
  };

  it('commits all of its statements, and describes each', async () => {
    const described = await world.batch([
      '/* spectra:marker */ create table whole (a int)',
      'insert into whole values (1), (2)',
      'select a from whole order by a',
    ]);
    expect(described).toMatchObject({
      Status: 'FINISHED',
      HasResultSet: true,
      ResultRows: 4,
      RedshiftQueryId: 0,
      ExecutionMode: 'TRANSACTION',
      WorkgroupName: 'analytics',
    });
    expect(described.QueryString).toBeUndefined();
    const { Id = '', SubStatements = [] } = described;
    expect(SubStatements.map((part) => [part.Id, part.Status, part.HasResultSet, part.ResultRows])).toEqual([
      [`${Id}:1`, 'FINISHED', false, 0],
      [`${Id}:2`, 'FINISHED', false, 2],
      [`${Id}:3`, 'FINISHED', true, 2],
    ]);
    expect(SubStatements[0]?.QueryString).toBe('/* spectra:marker */ create table whole (a int)');
    const queries = SubStatements.map(({ RedshiftQueryId }) => RedshiftQueryId);
    expect(new Set(queries).size).toBe(3);
    for (const { Duration } of SubStatements) expect(Duration).toBeGreaterThan(0);
    expect(await world.rows('select count(*) from whole')).toEqual([[2]]);
  });

  it('takes back everything when a statement fails: tables, rows, who owns what, and identities of temporary tables', async () => {
    await all(world, ['create schema bench', 'grant usage, create on schema bench to ann']);
    const sequences = 'select count(*) from duckdb_sequences()';
    const [before] = await world.redshift.query(sequences);
    const described = await world.batch(
      [
        'create table bench.mine (a int)',
        'create temp table stage (id bigint identity(1, 1), v varchar(10))',
        `insert into stage (v) values ('x')`,
        'insert into bench.mine select id from stage',
        'insert into bench.mine values (1 / 0)',
        'select 1',
        'insert into bench.mine values (7)',
      ],
      { ...as('ann') },
    );
    const { SubStatements = [] } = described;
    expect(SubStatements.map(({ Status }) => Status)).toEqual([
      ...Array<string>(4).fill('FINISHED'),
      'FAILED',
      'ABORTED',
      'ABORTED',
    ]);
    expect(described).toMatchObject({ Status: 'FAILED', Error: 'ERROR: Divide by zero [22012]', HasResultSet: false });
    expect(SubStatements[4]?.Error).toBe(described.Error);
    expect(SubStatements[5]).toMatchObject({ Error: 'Connection or an prior query failed.', Duration: -1 });
    await missing('bench.mine');
    expect(await world.redshift.query(sequences)).toEqual([before]);
    await all(world, ['create table bench.mine (a int)']);
    expect(await failure(world, 'drop table bench.mine', as('ann'))).toContain('must be owner');
  });

  it('keeps what a committed one created in the name of its user', async () => {
    await world.batch(['create table hers (a int)', 'insert into hers values (1)'], as('ann'));
    await all(world, ['drop table hers'], as('ann'));
  });

  it.each(['begin', 'commit', 'rollback', 'end', '/* x */ abort'])('refuses %s within it', async (sql) => {
    const described = await world.batch(['insert into kept values (1)', sql, 'insert into kept values (2)']);
    expect(described.Status).toBe('FAILED');
    expect(described.Error).toContain('[25001]');
    expect(await world.rows('select count(*) from kept')).toEqual([[0]]);
  });

  it('is rolled back when it is cancelled in the middle, before COMMIT, and before it began', async () => {
    const sqls = ['create table half (a int)', 'select 1', 'insert into half values (1)'];
    for (const point of ['before a statement', 'before COMMIT'] as const) {
      const hold = holdAt(point);
      const Id = await submit(sqls);
      await hold.reached;
      await world.client.send(new CancelStatementCommand({ Id }));
      hold.open();
      const { Status, Error: error, SubStatements = [] } = await ended(Id);
      expect([Status, error]).toEqual(['ABORTED', undefined]);
      const expected = point === 'before COMMIT' ? 'FINISHED' : 'ABORTED';
      expect(SubStatements.map((part) => part.Status)).toEqual([expected, expected, expected]);
      await missing('half');
    }
  });

  it('interrupts the statement that runs when it is cancelled', async () => {
    const hold = holdAt('before a statement');
    const Id = await submit([
      'select count(*) from generate_series(1, 100000000) a, generate_series(1, 100000000) b where a.generate_series % 7 = 3',
      'create table never (a int)',
    ]);
    await hold.reached;
    hold.open();
    await new Promise((resolve) => setImmediate(resolve));
    await expect(world.client.send(new CancelStatementCommand({ Id: `${Id}:1` }))).rejects.toThrow('batch');
    await world.client.send(new CancelStatementCommand({ Id }));
    expect(await ended(Id)).toMatchObject({ Status: 'ABORTED' });
    await missing('never');
  });

  it('has committed when a cancellation comes after COMMIT', async () => {
    const hold = holdAt('after COMMIT');
    const Id = await submit(['create table late (a int)']);
    await hold.reached;
    await world.client.send(new CancelStatementCommand({ Id }));
    hold.open();
    expect(await ended(Id)).toMatchObject({ Status: 'FINISHED' });
    expect(await world.rows('select count(*) from late')).toEqual([[0]]);
  });

  it('can be made to fail between its COMMIT and the news of it', async () => {
    onPoint = (_batch, point) => (point === 'after COMMIT' ? Promise.reject(new Error('lost')) : Promise.resolve());
    const described = await world.batch(['create table committed (a int)']);
    expect(described).toMatchObject({ Status: 'FAILED', Error: 'ERROR: lost [XX000]' });
    expect(described.SubStatements?.[0]).toMatchObject({ Status: 'FINISHED' });
    expect((await world.run('create table committed (a int)')).Error).toBe(
      'ERROR: Relation "committed" already exists [42P07]',
    );
  });

  it('lets exactly one of two batches at the same time create the same table', async () => {
    const hold = holdAt('before COMMIT');
    const sqls = (value: number) => ['create table marker (a int)', `insert into marker values (${value})`];
    const first = await submit(sqls(1));
    await hold.reached;
    const second = await submit(sqls(2));
    hold.open();
    expect((await ended(first)).Status).toBe('FINISHED');
    expect(await ended(second)).toMatchObject({
      Status: 'FAILED',
      Error: 'ERROR: Relation "marker" already exists [42P07]',
    });
    expect(await world.rows('select a from marker')).toEqual([[1]]);
  });

  it('waits for another that creates the same table, and creates it when that one comes to nothing', async () => {
    const hold = holdAt('before COMMIT');
    const first = await submit(['create table contested (a int)']);
    await hold.reached;
    const started = holdAt('before a statement');
    const second = await submit(['create table contested (b int)']);
    await started.reached;
    started.open();
    const waiting = await world.client.send(new DescribeStatementCommand({ Id: second, WaitTimeSeconds: 1 }));
    expect(waiting.Status).toBe('STARTED');
    await world.client.send(new CancelStatementCommand({ Id: first }));
    hold.open();
    expect((await ended(first)).Status).toBe('ABORTED');
    expect((await ended(second)).Status).toBe('FINISHED');
    expect(await world.rows('select count(b) from contested')).toEqual([[0]]);
  });

  it('fails one of two batches that wait for each other', async () => {
    const both = await Promise.all([
      holdThenCreate('left_side', 'right_side'),
      holdThenCreate('right_side', 'left_side'),
    ]);
    const ends = await Promise.all(both.map(ended));
    expect(ends.map(({ Status }) => Status).sort()).toEqual(['FAILED', 'FINISHED']);
    expect(ends.find(({ Status }) => Status === 'FAILED')?.Error).toContain('[40P01]');
  });
  let arrivals = 0;
  let release = (): void => undefined;
  const bothThere = new Promise<void>((resolve) => (release = resolve));
  async function holdThenCreate(first: string, second: string): Promise<string> {
    onPoint = async ({ parts }, point) => {
      if (point !== 'before a statement' || parts[1]?.status !== 'STARTED') return;
      arrivals += 1;
      if (arrivals === 2) release();
      await bothThere;
    };
    return submit([`create table ${first} (a int)`, `create table ${second} (a int)`]);
  }

  it('unloads rows that are not committed yet, from temporary tables and by window functions', async () => {
    const described = await world.batch([
      `create temp table rows_in (_id bigint identity(1, 1), v varchar(10))`,
      `insert into rows_in (v) values ('a'), ('b'), ('a')`,
      `create temp table judged as select _id, v, row_number() over (partition by v order by _id) as nth from rows_in`,
      `insert into kept select 1 from judged`,
      `unload ('select v, nth, (select count(*) from kept) as kept from judged order by _id')
       to 's3://results/batch/good' iam_role default csv header parallel off`,
      `/* spectra:max_errors */ create temp table guard as
       select 1 / case when count(*) > 0 then 0 else 1 end as ok from judged where nth > 1`,
    ]);
    expect(described).toMatchObject({ Status: 'FAILED', Error: 'ERROR: Divide by zero [22012]' });
    expect(described.SubStatements?.map(({ Status }) => Status).join()).toBe(
      'FINISHED,FINISHED,FINISHED,FINISHED,FINISHED,FAILED',
    );
    expect((await world.object('batch/good000')).toString()).toBe('v,nth,kept\na,1,3\nb,1,3\na,2,3\n');
    expect(await world.rows('select count(*) from kept')).toEqual([[0]]);
  });

  it('runs in a session, rolls back there, and leaves the session as it was', async () => {
    const { SessionId = '' } = await world.run('create temp table stays (a int)', { SessionKeepAliveSeconds: 60 });
    const within = { SessionId, WorkgroupName: undefined, Database: undefined };
    await world.batch(['insert into stays values (1)', 'select nope'], within);
    await world.batch(['insert into stays values (2)'], within);
    expect(await world.rows('select a from stays', within)).toEqual([[2]]);
    await world.run('begin', within);
    expect((await world.batch(['select 1'], within)).Error).toContain('already a transaction in progress');
    expect((await world.run('commit', within)).Status).toBe('FINISHED');
  });

  it('gives up its names when its session ends in the middle of a transaction', async () => {
    const { SessionId = '' } = await world.run('begin', { SessionKeepAliveSeconds: 60 });
    const within = { SessionId, WorkgroupName: undefined, Database: undefined };
    await world.run('create table abandoned (a int)', within);
    await world.run('create table abandoned (a int)', { ...within, SessionKeepAliveSeconds: 0 });
    expect((await world.batch(['create table abandoned (a int)'])).Status).toBe('FINISHED');
  });

  it('binds parameters in each statement', async () => {
    const Parameters = [
      { name: 'a', value: '5' },
      { name: 'b', value: '6' },
    ];
    const described = await world.batch(['insert into kept values (:a)', 'delete from kept where a + 1 = :b'], {
      Parameters,
    });
    expect(described.SubStatements?.map(({ ResultRows }) => ResultRows)).toEqual([1, 1]);
    expect(described.QueryParameters).toEqual(Parameters);
  });
});
