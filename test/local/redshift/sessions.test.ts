import {
  ActiveSessionsExceededException,
  CancelStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  ListSessionsCommand,
  ResourceNotFoundException,
  ValidationException,
  type ExecuteStatementCommandInput,
} from '@aws-sdk/client-redshift-data';
import { startWorld, target, type World } from './harness.ts';

const ENDLESS =
  'select count(*) from generate_series(1, 100000000) a, generate_series(1, 100000000) b where a.generate_series % 7 = 3';

describe('sessions of the Data API', () => {
  let world: World;
  let now = new Date('2026-01-01T00:00:00Z');

  beforeAll(async () => {
    world = await startWorld({ clock: { now: () => now }, maxSessions: 3, slots: 2 });
    await world.run('create table kept (a int)');
  });
  afterAll(() => world.close());
  // Whatever a test left open is closed by the time that passes.
  afterEach(() => {
    now = new Date(now.getTime() + 86_400_000);
  });

  const send = (input: Partial<ExecuteStatementCommandInput>) =>
    world.client.send(new ExecuteStatementCommand({ Sql: 'select 1', WaitTimeSeconds: 30, ...input }));
  const open = async (Sql: string, SessionKeepAliveSeconds = 60): Promise<string> => {
    const { SessionId = '', Status } = await send({ ...target, Sql, SessionKeepAliveSeconds });
    expect(Status).toBe('FINISHED');
    return SessionId;
  };
  const within = (SessionId: string) => ({ SessionId, WorkgroupName: undefined, Database: undefined });
  const later = (seconds: number) => (now = new Date(now.getTime() + seconds * 1000));

  it('keeps temporary tables, settings and a transaction from statement to statement', async () => {
    const session = await open('create temp table stage (a int)');
    await world.run('insert into stage values (1), (2)', within(session));
    await world.run('create schema if not exists other');
    await world.run('create table other.only_here (b int)');
    await world.run('set search_path to other, public', within(session));
    expect(await world.rows('select count(*) from stage, (select count(*) from only_here)', within(session))).toEqual([
      [2],
    ]);
    expect((await world.run('select * from stage')).Error).toContain('[42P01]');
    await world.run('begin', within(session));
    await world.run('insert into public.kept values (1)', within(session));
    expect(await world.rows('select count(*) from kept')).toEqual([[0]]);
    expect((await world.run('select nope', within(session))).Status).toBe('FAILED');
    expect((await world.run('select 1', within(session))).Error).toContain('current transaction is aborted');
    await world.run('commit', within(session));
    expect(await world.rows('select count(*) from public.kept', within(session))).toEqual([[0]]);
    expect((await world.run('select 1', within(session))).SessionId).toBe(session);
  });

  it('exports partitions twice in one session', async () => {
    const session = await open('create temp table parts as select 1 as p, 2 as v');
    for (const prefix of ['first', 'second']) {
      const sql = `unload ('select * from parts') to 's3://results/${prefix}/' iam_role default partition by (p)`;
      expect((await world.run(sql, within(session))).Status).toBe('FINISHED');
    }
  });

  it('lets a superuser look through the eyes of another user until it ends', async () => {
    await world.run('create user seen password disable');
    const session = await open('set session authorization seen');
    expect(await world.rows('select current_user, session_user', within(session))).toEqual([['seen', 'awsuser']]);
    expect((await world.run('select * from public.kept', within(session))).Error).toContain('[42501]');
    await world.run('reset session authorization', within(session));
    expect(await world.rows('select count(*) from kept', within(session))).toEqual([[0]]);
  });

  it('rolls back rights that were granted in a transaction that did not come to be', async () => {
    await world.run('create user hopeful password disable');
    const session = await open('begin');
    await world.run('grant select on kept to hopeful', within(session));
    await world.run('rollback', within(session));
    const hopeful = { WorkgroupName: undefined, ClusterIdentifier: 'dw', DbUser: 'hopeful' };
    expect((await world.run('select * from kept', hopeful)).Error).toContain('permission denied for relation kept');
  });

  it('runs one statement at a time, and is free once that has ended', async () => {
    const session = await open('select 1');
    const { Id = '' } = await send({ Sql: ENDLESS, SessionId: session, WaitTimeSeconds: undefined });
    await expect(send({ SessionId: session })).rejects.toThrow('Session is not available');
    const { Sessions } = await world.client.send(new ListSessionsCommand({ SessionId: session }));
    expect(Sessions).toEqual([expect.objectContaining({ Status: 'BUSY', CurrentStatementId: Id })]);
    await world.client.send(new CancelStatementCommand({ Id }));
    const ended = await world.client.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 30 }));
    expect(ended).toMatchObject({ Status: 'ABORTED', SessionId: session });
    expect((await send({ SessionId: session })).Status).toBe('FINISHED');
  });

  it('gives the same statement for the same token although its session is busy with it', async () => {
    const session = await open('select 1');
    const input = { Sql: ENDLESS, SessionId: session, ClientToken: 'again', WaitTimeSeconds: undefined };
    const { Id = '' } = await send(input);
    expect((await send(input)).Id).toBe(Id);
    await world.client.send(new CancelStatementCommand({ Id }));
    await world.client.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 30 }));
  });

  it('ends when it was idle for as long as it was to be kept, counted from the last statement', async () => {
    const session = await open('select 1', 60);
    later(59);
    expect((await send({ SessionId: session })).Status).toBe('FINISHED');
    later(59);
    expect((await send({ SessionId: session, SessionKeepAliveSeconds: 10 })).Status).toBe('FINISHED');
    later(10);
    await expect(send({ SessionId: session })).rejects.toThrow('Session is not available');
    const { Sessions } = await world.client.send(new ListSessionsCommand({ SessionId: session }));
    expect(Sessions).toEqual([expect.objectContaining({ Status: 'CLOSED', SessionAliveSeconds: 10 })]);
  });

  it('ends at once when it is to be kept for no second', async () => {
    const session = await open('select 1', 0);
    await expect(send({ SessionId: session })).rejects.toThrow(ValidationException);
  });

  it('lives for 24 hours at most, however busy', async () => {
    const session = await open('select 1', 86_400);
    later(86_399);
    expect((await send({ SessionId: session })).Status).toBe('FINISHED');
    later(1);
    await expect(send({ SessionId: session })).rejects.toThrow('Session is not available');
  });

  it('refuses more sessions than it may have, and opens again when one has ended', async () => {
    for (let count = 0; count < 3; count += 1) await open('select 1', 60);
    await expect(open('select 1')).rejects.toThrow(ActiveSessionsExceededException);
    later(60);
    await open('select 1');
  });

  it.each([
    ['WorkgroupName', { WorkgroupName: 'analytics' }],
    ['Database', { Database: 'dev' }],
    ['ClusterIdentifier', { ClusterIdentifier: 'dw' }],
    ['DbUser', { DbUser: 'awsuser' }],
    ['SecretArn', { SecretArn: 'redshift/awsuser' }],
    ['an unknown session', { SessionId: '11111111-1111-4111-8111-111111111111' }],
    ['a time beyond a day', { SessionKeepAliveSeconds: 86_401 }],
    ['a time below zero', { SessionKeepAliveSeconds: -1 }],
  ])('refuses a session together with %s', async (_what, input) => {
    const SessionId = await open('select 1');
    await expect(send({ SessionId, ...input })).rejects.toThrow(ValidationException);
  });

  it('lists what is open, newest first, with where and as whom', async () => {
    const first = await open('select 1');
    const second = await open('select 1');
    const list = (input: object) => world.client.send(new ListSessionsCommand(input));
    const { Sessions = [] } = await list({ WorkgroupName: 'analytics' });
    expect(Sessions.map(({ SessionId }) => SessionId)).toEqual([second, first]);
    expect(Sessions[0]).toMatchObject({ Status: 'AVAILABLE', Database: 'dev', DbUser: 'IAM:local', CreatedAt: now });
    expect(Sessions[0]?.SessionTtl).toEqual(new Date(now.getTime() + 60_000));
    const page = await list({ MaxResults: 1 });
    expect((await list({ MaxResults: 1, NextToken: page.NextToken })).Sessions?.[0]?.SessionId).toBe(first);
    expect((await list({ ClusterIdentifier: 'dw' })).Sessions).toEqual([]);
    await expect(list({ SessionId: first, Status: 'BUSY' })).rejects.toThrow(ValidationException);
    await expect(list({ SessionId: '11111111-1111-4111-8111-111111111111' })).rejects.toThrow(
      ResourceNotFoundException,
    );
  });
});
