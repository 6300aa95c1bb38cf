import {
  ActiveStatementsExceededException,
  CancelStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  ListStatementsCommand,
  ResourceNotFoundException,
  ValidationException,
  type StatusString,
} from '@aws-sdk/client-redshift-data';
import type { StatementEvent } from '../../../local/redshift/start-redshift.ts';
import { startWorld, target, type World } from './harness.ts';

const HOUR_MS = 3_600_000;
const ENDLESS =
  'select count(*) from generate_series(1, 100000000) a, generate_series(1, 100000000) b where a.generate_series % 7 = 3';

/** Holds statements at a status until it is opened. */
class Gate {
  private waiting = new Map<string, { reached: () => void; open: Promise<void> }>();

  hold(status: StatusString): { reached: Promise<void>; open: () => void } {
    let open = (): void => undefined;
    let reached = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const arrival = new Promise<void>((resolve) => (reached = resolve));
    this.waiting.set(status, { reached, open: opened });
    return { reached: arrival, open };
  }

  async pass(status: StatusString): Promise<void> {
    const hold = this.waiting.get(status);
    this.waiting.delete(status);
    hold?.reached();
    await hold?.open;
  }
}

describe('the Redshift Data API', () => {
  const gate = new Gate();
  const events: StatementEvent[] = [];
  let world: World;
  let now = new Date('2026-01-01T00:00:00Z');

  beforeAll(async () => {
    world = await startWorld({
      onStatus: (_statement, status) => gate.pass(status),
      publishEvent: (event) => Promise.resolve(void events.push(event)),
      clock: { now: () => now },
      maxActiveStatements: 3,
      slots: 2,
      maxFinishedStatements: 150,
      secrets: { 'arn:aws:secretsmanager:x': { username: 'awsuser' } },
    });
  });
  afterAll(() => world.close());

  const execute = async (Sql: string, more = {}): Promise<string> =>
    (await world.client.send(new ExecuteStatementCommand({ ...target, Sql, ...more }))).Id ?? '';
  const status = async (Id: string): Promise<string | undefined> =>
    (await world.client.send(new DescribeStatementCommand({ Id }))).Status;
  const ended = (Id: string) => world.client.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 30 }));

  it('shows every status on the way to FINISHED', async () => {
    const seen: (string | undefined)[] = [];
    const holds = (['SUBMITTED', 'PICKED', 'STARTED'] as const).map((name) => gate.hold(name));
    const id = await execute('select 1');
    for (const hold of holds) {
      await hold.reached;
      seen.push(await status(id));
      hold.open();
    }
    seen.push((await ended(id)).Status);
    expect(seen).toEqual(['SUBMITTED', 'PICKED', 'STARTED', 'FINISHED']);
  });

  it('describes what ran: duration in nanoseconds, rows, sizes, ids and the text as it was sent', async () => {
    const described = await world.run('select 1 as a union all select 2', { StatementName: 'named' });
    expect(described).toMatchObject({
      Status: 'FINISHED',
      HasResultSet: true,
      ResultRows: 2,
      ResultSize: 16,
      QueryString: 'select 1 as a union all select 2',
      WorkgroupName: 'analytics',
      Database: 'dev',
    });
    expect(described.Duration).toBeGreaterThan(1000);
    expect(described.RedshiftQueryId).toBeGreaterThan(0);
    expect(described.RedshiftPid).toBeGreaterThan(0);
    expect(described.CreatedAt).toEqual(now);
  });

  it('ends within the call that submits it when WaitTimeSeconds allows', async () => {
    const reply = await world.client.send(
      new ExecuteStatementCommand({ ...target, Sql: 'select 1', WaitTimeSeconds: 30 }),
    );
    expect(reply).toMatchObject({ Status: 'FINISHED', HasResultSet: true });
  });

  it('waits in GetStatementResult as well', async () => {
    const Id = await execute('select count(*) from generate_series(1, 3000000)');
    const page = await world.client.send(new GetStatementResultCommand({ Id, WaitTimeSeconds: 30 }));
    expect(page.Records).toEqual([[{ longValue: 3_000_000 }]]);
  });

  it('returns each type in its own field, with names in lower case', async () => {
    const sql = `select 1 as A, 1.5::float8 b, true c, null::int d, 1.50::decimal(8,2) e, 'x' f, date '2024-01-02' g,
      timestamp '2024-01-02 03:04:05.5' h, sum(1) i, count(*)`;
    const { Id } = await world.run(sql);
    const page = await world.client.send(new GetStatementResultCommand({ Id }));
    expect(page.Records).toEqual([
      [
        { longValue: 1 },
        { doubleValue: 1.5 },
        { booleanValue: true },
        { isNull: true },
        { stringValue: '1.50' },
        { stringValue: 'x' },
        { stringValue: '2024-01-02' },
        { stringValue: '2024-01-02 03:04:05.5' },
        { longValue: 1 },
        { longValue: 1 },
      ],
    ]);
    expect(page.ColumnMetadata?.map(({ name, typeName }) => `${String(name)} ${String(typeName)}`)).toEqual([
      'a int4',
      'b float8',
      'c bool',
      'd int4',
      'e numeric',
      'f varchar',
      'g date',
      'h timestamp',
      'i int8',
      'count int8',
    ]);
    expect(page.ColumnMetadata?.[4]).toMatchObject({ precision: 8, scale: 2, nullable: 1 });
  });

  it('pages results without losing or repeating a row', async () => {
    const rows = await world.rows('select generate_series as n from generate_series(1, 2500) order by 1');
    expect(rows.map(([n]) => n)).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
  });

  it('binds parameters and never splices them', async () => {
    await world.run('create table people (id int, name varchar(50))');
    const hostile = `x'); drop table people; --`;
    await world.run('insert into people values (:id, :name)', {
      Parameters: [
        { name: 'id', value: '7' },
        { name: 'name', value: hostile },
      ],
    });
    const rows = await world.rows('select name, id + :more from people where id = :id', {
      Parameters: [
        { name: 'id', value: '7' },
        { name: 'more', value: '1' },
      ],
    });
    expect(rows).toEqual([[hostile, 8]]);
  });

  it('fails a statement whose parameter has no value', async () => {
    const described = await world.run('select :missing');
    expect(described.Error).toBe('ERROR: there is no value for parameter :missing\n  Position: 8 [08P01]');
  });

  it('gives the same statement for the same client token, for eight hours', async () => {
    const first = await execute('select 41', { ClientToken: 'token-1' });
    expect(await execute('select 41', { ClientToken: 'token-1' })).toBe(first);
    await expect(execute('select 42', { ClientToken: 'token-1' })).rejects.toThrow(ValidationException);
    await ended(first);
    now = new Date(now.getTime() + 8 * HOUR_MS);
    expect(await execute('select 42', { ClientToken: 'token-1' })).not.toBe(first);
  });

  it.each([
    ['no target', { Database: 'dev' }],
    ['both targets', { ...target, ClusterIdentifier: 'c', DbUser: 'u' }],
    ['a cluster without user or secret', { ClusterIdentifier: 'c', Database: 'dev' }],
    [
      'a cluster with user and secret',
      { ClusterIdentifier: 'c', Database: 'dev', DbUser: 'u', SecretArn: 'arn:aws:s' },
    ],
    ['no database', { WorkgroupName: 'analytics' }],
    ['a wait beyond 30 seconds', { ...target, WaitTimeSeconds: 31 }],
    ['a name of 501 characters', { ...target, StatementName: 'x'.repeat(501) }],
    ['text beyond 100 KB', { ...target, Sql: `select '${'x'.repeat(103_000)}'` }],
  ])('refuses a request with %s', async (_what, input) => {
    const command = new ExecuteStatementCommand({ Sql: 'select 1', ...input });
    const refusal: unknown = await world.client.send(command).catch((cause: unknown) => cause);
    expect(refusal).toBeInstanceOf(ValidationException);
    expect((refusal as ValidationException).message).not.toBe('');
  });

  it('runs on a cluster with a user or with a secret', async () => {
    const cluster = { WorkgroupName: undefined, ClusterIdentifier: 'dw' };
    await world.run('create user u password disable');
    expect(await world.run('select 1', { ...cluster, DbUser: 'u' })).toMatchObject({ Status: 'FINISHED', DbUser: 'u' });
    const described = await world.run('select 1', { ...cluster, SecretArn: 'arn:aws:secretsmanager:x' });
    expect(described).toMatchObject({
      Status: 'FINISHED',
      SecretArn: 'arn:aws:secretsmanager:x',
      ClusterIdentifier: 'dw',
    });
  });

  it('knows no statement that it did not accept', async () => {
    const Id = '11111111-1111-4111-8111-111111111111';
    for (const command of [new DescribeStatementCommand({ Id }), new CancelStatementCommand({ Id })]) {
      await expect(world.client.send(command as DescribeStatementCommand)).rejects.toThrow(ResourceNotFoundException);
    }
  });

  it('has no result for a command and none before the end', async () => {
    const { Id, HasResultSet } = await world.run('create temp table nothing (a int)');
    expect(HasResultSet).toBe(false);
    await expect(world.client.send(new GetStatementResultCommand({ Id }))).rejects.toThrow(ResourceNotFoundException);
    const hold = gate.hold('STARTED');
    const running = await execute('select 1');
    await hold.reached;
    await expect(world.client.send(new GetStatementResultCommand({ Id: running }))).rejects.toThrow(
      ValidationException,
    );
    hold.open();
    await ended(running);
  });

  it('interrupts the engine on cancel and refuses to cancel twice', async () => {
    const hold = gate.hold('STARTED');
    const id = await execute(ENDLESS, { WithEvent: true, StatementName: 'endless' });
    await hold.reached;
    hold.open();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await world.client.send(new CancelStatementCommand({ Id: id }))).toMatchObject({ Status: true });
    expect(await ended(id)).toMatchObject({ Status: 'ABORTED', HasResultSet: false });
    expect(events.find(({ detail }) => detail.statementId === id)?.detail.state).toBe('ABORTED');
    await expect(world.client.send(new CancelStatementCommand({ Id: id }))).rejects.toThrow(
      `Could not cancel a query that is already in ABORTED state with ID: ${id}`,
    );
  });

  it('keeps what has no slot SUBMITTED, refuses more than the allowed, and cancels what still waits', async () => {
    const running = [await execute(ENDLESS), await execute(ENDLESS)];
    const waiting = await execute('select 1');
    await expect(execute('select 2')).rejects.toThrow(ActiveStatementsExceededException);
    expect(await status(waiting)).toBe('SUBMITTED');
    await world.client.send(new CancelStatementCommand({ Id: waiting }));
    expect((await ended(waiting)).Status).toBe('ABORTED');
    for (const Id of running) await world.client.send(new CancelStatementCommand({ Id }));
    for (const Id of running) expect((await ended(Id)).Status).toBe('ABORTED');
  });

  it('publishes the event of an end, of the shape and with nothing more than Redshift sends', async () => {
    const {
      Id = '',
      CreatedAt,
      RedshiftQueryId,
    } = await world.run('select 1 union all select 2', {
      WithEvent: true,
      StatementName: 'main:acme:JOB:1:CSV',
    });
    const event = events.find(({ detail }) => detail.statementId === Id);
    expect(event).toEqual({
      version: '0',
      id: expect.any(String) as unknown,
      'detail-type': 'Redshift Data Statement Status Change',
      source: 'aws.redshift-data',
      account: '000000000000',
      time: now.toISOString().replace('.000Z', 'Z'),
      region: 'us-east-1',
      resources: ['arn:aws:redshift-serverless:us-east-1:000000000000:workgroup/analytics'],
      detail: {
        principal: 'arn:aws:iam::000000000000:user/local',
        statementName: 'main:acme:JOB:1:CSV',
        statementId: Id,
        redshiftQueryId: RedshiftQueryId,
        state: 'FINISHED',
        rows: 2,
        expireAt: (CreatedAt?.getTime() ?? 0) / 1000 + 86_400,
      },
    });
  });

  it('publishes a failure without its text, and nothing for a statement that asked for none', async () => {
    const before = events.length;
    await world.run('select nope', { WithEvent: false });
    const { Id } = await world.run('select nope', { WithEvent: true });
    expect(events.slice(before).map(({ detail }) => [detail.statementId, detail.state])).toEqual([[Id, 'FAILED']]);
    expect(JSON.stringify(events.at(-1))).not.toContain('nope');
  });

  it('lists statements by name prefix and status, newest first, in pages', async () => {
    const names = ['batch-a', 'batch-b', 'batch-c'];
    for (const StatementName of names) await world.run('select 1', { StatementName });
    await world.run('select nope', { StatementName: 'batch-failed' });
    const list = (more: object) => world.client.send(new ListStatementsCommand({ StatementName: 'batch-', ...more }));
    const first = await list({ MaxResults: 2 });
    const second = await list({ MaxResults: 2, NextToken: first.NextToken });
    const found = [...(first.Statements ?? []), ...(second.Statements ?? [])].map(({ StatementName }) => StatementName);
    expect(found).toEqual([...names].reverse());
    expect(second.NextToken).toBeUndefined();
    expect((await list({ Status: 'FAILED' })).Statements).toHaveLength(1);
    expect((await list({ Status: 'ALL' })).Statements).toHaveLength(4);
    await expect(list({ NextToken: 'forged' })).rejects.toThrow(ValidationException);
  });

  it('forgets statements after 24 hours, and the oldest beyond its cap', async () => {
    const { Id = '' } = await world.run('select 1');
    now = new Date(now.getTime() + 24 * HOUR_MS);
    await expect(status(Id)).rejects.toThrow(ResourceNotFoundException);
    const { Id: oldest = '' } = await world.run('select 1');
    for (let count = 0; count < 150; count += 1) await world.run('select 1', { WaitTimeSeconds: 30 });
    await expect(status(oldest)).rejects.toThrow(ResourceNotFoundException);
  });
});
