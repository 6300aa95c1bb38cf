import {
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  GetStatementResultV2Command,
  ListStatementsCommand,
  ResourceNotFoundException,
  ValidationException,
  type BatchExecuteStatementCommandInput,
} from '@aws-sdk/client-redshift-data';
import type { StatementEvent } from '../../../../local/redshift/start-redshift.ts';
import { startWorld, target, type World } from '../harness.ts';
import { as } from '../security/as-user.ts';

describe('BatchExecuteStatement', () => {
  const events: StatementEvent[] = [];
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ publishEvent: (event) => Promise.resolve(void events.push(event)) });
    await world.run('create table log (a int)');
  });
  afterAll(() => world.close());

  const send = (input: Partial<BatchExecuteStatementCommandInput>) =>
    world.client.send(new BatchExecuteStatementCommand({ ...target, Sqls: ['select 1'], ...input }));

  it.each([
    ['no statement', { Sqls: [] }],
    ['41 statements', { Sqls: Array<string>(41).fill('select 1') }],
    ['an empty statement', { Sqls: ['select 1', ''] }],
    ['a statement beyond 100 KB', { Sqls: [`select '${'x'.repeat(103_000)}'`] }],
    ['an unknown mode', { ExecutionMode: 'SOMETIMES' as 'TRANSACTION' }],
    ['both targets', { ClusterIdentifier: 'c', DbUser: 'u' }],
    ['a wait beyond 30 seconds', { WaitTimeSeconds: 31 }],
    ['a session that is not there', { SessionId: '11111111-1111-4111-8111-111111111111' }],
  ])('refuses %s', async (_what, input) => {
    await expect(send(input)).rejects.toThrow(ValidationException);
  });

  it('takes 40 statements of 100 KB', async () => {
    const sql = `select '${'"'.repeat(102_000)}'`;
    expect((await world.batch(Array<string>(40).fill(sql))).Status).toBe('FINISHED');
  });

  it('replies with the end of the batch where the wait allows', async () => {
    const reply = await send({ Sqls: ['select 1', 'insert into log values (0)'], WaitTimeSeconds: 30 });
    expect(reply).toMatchObject({
      Status: 'FINISHED',
      HasResultSet: true,
      WorkgroupName: 'analytics',
      Database: 'dev',
    });
  });

  it('gives the result of each statement by its own id, in the format that was asked for', async () => {
    const { Id = '' } = await send({ Sqls: ['select 1 as a', 'insert into log values (1)', 'select 2 as b'] });
    const page = await world.client.send(new GetStatementResultCommand({ Id: `${Id}:3`, WaitTimeSeconds: 30 }));
    expect(page.Records).toEqual([[{ longValue: 2 }]]);
    expect(await world.client.send(new DescribeStatementCommand({ Id: `${Id}:1` }))).toMatchObject({
      Id: `${Id}:1`,
      QueryString: 'select 1 as a',
      Status: 'FINISHED',
    });
    await expect(world.client.send(new GetStatementResultCommand({ Id }))).rejects.toThrow(ValidationException);
    for (const part of [2, 4]) {
      const command = new GetStatementResultCommand({ Id: `${Id}:${part}` });
      await expect(world.client.send(command)).rejects.toThrow(ResourceNotFoundException);
    }
    const csv = await world.batch(['select 1 as a, null as b'], { ResultFormat: 'CSV' });
    const text = await world.client.send(new GetStatementResultV2Command({ Id: `${String(csv.Id)}:1` }));
    expect(text.Records).toEqual([{ CSVRecords: '1,\r\n' }]);
  });

  it('lists a batch once, with all of its texts', async () => {
    const Sqls = ['select 1', 'select 2'];
    const { Id } = await world.batch(Sqls, { StatementName: 'listed-batch' });
    const { Statements } = await world.client.send(new ListStatementsCommand({ StatementName: 'listed-' }));
    expect(Statements).toHaveLength(1);
    expect(Statements?.[0]).toMatchObject({ Id, IsBatchStatement: true, QueryStrings: Sqls, Status: 'FINISHED' });
  });

  it('publishes one event for the whole batch', async () => {
    const before = events.length;
    const failing = await world.batch(['select 1', 'select nope'], { WithEvent: true, StatementName: 'main:acme' });
    const good = await world.batch(['select 1', 'select 2'], { WithEvent: true });
    await world.batch(['select 1'], {});
    expect(events.slice(before).map(({ detail }) => [detail.statementId, detail.state, detail.statementName])).toEqual([
      [failing.Id, 'FAILED', 'main:acme'],
      [good.Id, 'FINISHED', ''],
    ]);
  });

  it('gives the same batch for the same client token, and runs it once', async () => {
    const input = { Sqls: ['insert into log values (77)'], ClientToken: 'batch-token', WaitTimeSeconds: 30 };
    const { Id } = await send(input);
    expect((await send(input)).Id).toBe(Id);
    await expect(send({ ...input, Sqls: ['select 1'] })).rejects.toThrow(ValidationException);
    await expect(send({ ...input, ExecutionMode: 'AUTO_COMMIT' })).rejects.toThrow(ValidationException);
    const single = new ExecuteStatementCommand({ ...target, Sql: 'select 1', ClientToken: 'batch-token' });
    await expect(world.client.send(single)).rejects.toThrow(ValidationException);
    expect(await world.rows('select count(*) from log where a = 77')).toEqual([[1]]);
  });

  it('ends all of its statements when nobody could log in', async () => {
    const described = await world.batch(['select 1', 'select 2'], as('stranger'));
    expect(described).toMatchObject({ Status: 'FAILED', Error: 'FATAL: user "stranger" does not exist [42704]' });
    expect(described.SubStatements?.map(({ Status, Error: error }) => [Status, error])).toEqual(
      Array(2).fill(['ABORTED', 'Connection or an prior query failed.']),
    );
  });

  describe('with AUTO_COMMIT', () => {
    const ExecutionMode = 'AUTO_COMMIT';

    it('commits each statement by itself, and goes on after a failure', async () => {
      const described = await world.batch(
        ['insert into log values (500)', 'select 1 / 0', 'insert into log values (501)', 'select nope'],
        { ExecutionMode },
      );
      expect(described).toMatchObject({ Status: 'FAILED', ExecutionMode, Error: 'ERROR: Divide by zero [22012]' });
      expect(described.SubStatements?.map(({ Status }) => Status)).toEqual([
        'FINISHED',
        'FAILED',
        'FINISHED',
        'FAILED',
      ]);
      expect(await world.rows('select a from log where a >= 500 order by a')).toEqual([[500], [501]]);
    });

    it('runs on one connection, with its temporary tables and transactions', async () => {
      const sqls = [
        'create temp table t (a int)',
        'begin',
        'insert into log values (900)',
        'rollback',
        'select * from t',
      ];
      expect(await world.batch(sqls, { ExecutionMode })).toMatchObject({ Status: 'FINISHED' });
      expect(await world.rows('select count(*) from log where a = 900')).toEqual([[0]]);
    });
  });
});
