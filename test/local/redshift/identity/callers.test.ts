import {
  CancelStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  ListStatementsCommand,
  RedshiftDataClient,
  ValidationException,
} from '@aws-sdk/client-redshift-data';
import type { Caller } from '../../../../local/redshift/start-redshift.ts';
import { startWorld, target, type World } from '../harness.ts';
import { all } from '../security/as-user.ts';

const session = (role: string, name: string): Caller => ({
  arn: `arn:aws:sts::000000000000:assumed-role/${role}/${name}`,
  isTrusted: false,
});
const CALLERS: Readonly<Record<string, Caller>> = {
  local: { arn: 'arn:aws:iam::000000000000:user/local', isTrusted: true },
  deployed: { arn: 'arn:aws:sts::000000000000:assumed-role/start-jobs/f', isTrusted: true },
  alice: { arn: 'arn:aws:iam::000000000000:user/people/alice', isTrusted: false },
  acme1: session('TenantAcme', 'one'),
  acme2: session('TenantAcme', 'two'),
  globex: session('TenantGlobex', 'one'),
};

describe('who calls, and who that is in the warehouse', () => {
  let world: World;
  const clients = new Map<string, RedshiftDataClient>();

  beforeAll(async () => {
    world = await startWorld({
      identify: (accessKeyId = '') => CALLERS[accessKeyId],
      secrets: {
        'arn:aws:secretsmanager:us-east-1:000000000000:secret:tenants/acme-a1B2c3': { username: 'acme_user' },
      },
    });
    await all(world, [
      'create user acme_user password disable',
      'create user "IAMR:TenantAcme" password disable',
      'create table flights (tenant varchar(30))',
      `insert into flights values ('IAMR:TenantAcme'), ('IAMR:TenantGlobex')`,
      'grant select on flights to "IAMR:TenantAcme"',
      'create rls policy own_rows with (tenant varchar(30)) using (tenant = current_user)',
      'attach rls policy own_rows on flights to public',
      'alter table flights row level security on',
    ]);
  });
  afterAll(async () => {
    for (const client of clients.values()) client.destroy();
    await world.close();
  });

  const client = (accessKeyId: string): RedshiftDataClient => {
    const known = clients.get(accessKeyId);
    if (known !== undefined) return known;
    const credentials = { accessKeyId, secretAccessKey: 'x' };
    const made = new RedshiftDataClient({
      endpoint: world.redshift.endpoint,
      region: 'us-east-1',
      credentials,
      maxAttempts: 1,
    });
    clients.set(accessKeyId, made);
    return made;
  };
  const run = async (accessKeyId: string, Sql: string, more = {}) => {
    const { Id = '' } = await client(accessKeyId).send(
      new ExecuteStatementCommand({ ...target, Sql, WaitTimeSeconds: 30, ...more }),
    );
    return client(accessKeyId).send(new DescribeStatementCommand({ Id }));
  };
  const value = async (accessKeyId: string, Sql: string, more = {}): Promise<string | undefined> => {
    const { Id = '', Error: error } = await run(accessKeyId, Sql, more);
    if (error !== undefined) throw new Error(error);
    const { Records } = await client(accessKeyId).send(new GetStatementResultCommand({ Id }));
    return Records?.[0]?.[0]?.stringValue;
  };

  it('derives the user of a workgroup from the IAM identity, and makes it without rights when it is new', async () => {
    expect(await value('acme1', 'select current_user')).toBe('IAMR:TenantAcme');
    expect(await value('acme1', 'select listagg(tenant) from flights')).toBe('IAMR:TenantAcme');
    expect(await value('alice', 'select current_user')).toBe('IAM:alice');
    expect(await value('globex', 'select current_user')).toBe('IAMR:TenantGlobex');
    expect((await run('globex', 'select * from flights')).Error).toBe(
      'ERROR: permission denied for relation flights [42501]',
    );
    await all(world, ['grant select on flights to "IAMR:TenantGlobex"']);
    expect(await value('globex', 'select listagg(tenant) from flights')).toBe('IAMR:TenantGlobex');
  });

  it('takes trusted identities for the administrator unless a user was created for them', async () => {
    expect(await value('deployed', 'select current_user')).toBe('awsuser');
    await all(world, ['create user "IAMR:start-jobs" password disable']);
    expect(await value('deployed', 'select current_user')).toBe('IAMR:start-jobs');
    await all(world, ['drop user "IAMR:start-jobs"']);
  });

  it('logs in as the user whose credentials the secret holds, by ARN, by name or by convention', async () => {
    const cluster = { WorkgroupName: undefined, ClusterIdentifier: 'dw' };
    const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:tenants/acme-a1B2c3';
    expect(await value('acme1', 'select current_user', { ...cluster, SecretArn: arn })).toBe('acme_user');
    expect(await value('acme1', 'select current_user', { SecretArn: 'tenants/acme' })).toBe('acme_user');
    const byConvention = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:redshift/acme_user-zzzzzz';
    expect(await value('acme1', 'select current_user', { SecretArn: byConvention })).toBe('acme_user');
    await expect(run('acme1', 'select 1', { SecretArn: 'nowhere' })).rejects.toThrow(ValidationException);
    expect((await run('acme1', 'select 1', { SecretArn: 'redshift/nobody' })).Error).toBe(
      'FATAL: user "nobody" does not exist [42704]',
    );
  });

  it('refuses a key that nobody has', async () => {
    await expect(run('stranger', 'select 1')).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });

  it('shows a statement to nobody but the session that submitted it', async () => {
    const { Id = '' } = await run('acme1', 'select tenant from flights');
    for (const other of ['acme2', 'globex', 'alice']) {
      for (const command of [
        new DescribeStatementCommand({ Id }),
        new GetStatementResultCommand({ Id }),
        new CancelStatementCommand({ Id }),
      ]) {
        await expect(client(other).send(command as DescribeStatementCommand)).rejects.toMatchObject({
          name: 'AccessDeniedException',
        });
      }
    }
    expect((await client('deployed').send(new DescribeStatementCommand({ Id }))).Status).toBe('FINISHED');
  });

  it('lists the statements of a role, or of one of its sessions', async () => {
    await run('acme1', 'select 1', { StatementName: 'listed' });
    await run('acme2', 'select 2', { StatementName: 'listed' });
    await run('globex', 'select 3', { StatementName: 'listed' });
    const list = async (accessKeyId: string, more = {}) => {
      const { Statements = [] } = await client(accessKeyId).send(
        new ListStatementsCommand({ StatementName: 'listed', ...more }),
      );
      return Statements.map(({ QueryString }) => QueryString);
    };
    expect(await list('acme1')).toEqual(['select 2', 'select 1']);
    expect(await list('acme1', { RoleLevel: false })).toEqual(['select 1']);
    expect(await list('alice')).toEqual([]);
  });

  it('gives nobody the statement that stands for the token of another', async () => {
    const [first, second] = [
      await run('acme1', 'select 1', { ClientToken: 'same' }),
      await run('globex', 'select 1', { ClientToken: 'same' }),
    ];
    expect(first.Id).not.toBe(second.Id);
  });

  it('lets nobody into a session of another', async () => {
    const opened = await client('acme1').send(
      new ExecuteStatementCommand({ ...target, Sql: 'select 1', SessionKeepAliveSeconds: 60, WaitTimeSeconds: 30 }),
    );
    const intrusion = new ExecuteStatementCommand({ Sql: 'select 1', SessionId: opened.SessionId });
    await expect(client('globex').send(intrusion)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
