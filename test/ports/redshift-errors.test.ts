import {
  ActiveStatementsExceededException,
  CancelStatementCommand,
  DatabaseConnectionException,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  ExecuteStatementException,
  InternalServerException,
  ListStatementsCommand,
  RedshiftDataClient,
  RedshiftDataServiceException,
  ResourceNotFoundException,
  ValidationException,
} from '@aws-sdk/client-redshift-data';
import { mockClient } from 'aws-sdk-client-mock';
import type { EntranceOptions } from '../../adapters/redshift/entrance.ts';
import { type WarehouseTarget, warehouseTarget } from '../../adapters/redshift/target.ts';
import { RedshiftWarehouse } from '../../adapters/redshift/warehouse.ts';
import { shared } from './backends/warehouses.ts';
import { TenantIdentity } from '../../contract/tenant-identity.ts';
import { statement } from './samples.ts';

const $metadata = { httpStatusCode: 400 };
const asked = { sql: 'SELECT 1', token: 'run', name: 'name', user: 'acme' };

function stage(
  target: WarehouseTarget = { kind: 'workgroup', workgroup: 'w', database: 'd' },
  options: Partial<EntranceOptions> = {},
) {
  const client = new RedshiftDataClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  return { mock: mockClient(client), warehouse: new RedshiftWarehouse({ client, target, ...shared, ...options }) };
}

const unmodelled = (name: string, httpStatusCode: number, message = name) =>
  new RedshiftDataServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode } });
const offTheNet = (name: string) => Object.assign(new Error(name), { name, $metadata: { attempts: 3 } });

describe('a search for a statement', () => {
  const of = { name: 'spectra:acme:job:1:LOAD', user: 'acme' };
  const listed = (Id: string, Status: 'FINISHED' | 'FAILED', StatementName = of.name) => ({
    Id,
    Status,
    StatementName,
  });
  const other = '1c5c9e5a-0000-4000-8000-000000000002';

  it.each([
    unmodelled('ThrottlingException', 400),
    unmodelled('AccessDeniedException', 400),
    offTheNet('TimeoutError'),
  ])('that the warehouse answers with $name tells nothing: never that there is none', async (error) => {
    const { mock, warehouse } = stage();
    mock.on(ListStatementsCommand).rejects(error);
    expect(await warehouse.find(of)).toMatchObject({ outcome: 'later' });
  });

  it('goes through all pages and all statuses, and prefers what has finished', async () => {
    const { mock, warehouse } = stage();
    const asked = { StatementName: of.name, Status: 'ALL' as const };
    mock.on(ListStatementsCommand, asked).resolvesOnce({ Statements: [], NextToken: 'a' });
    mock
      .on(ListStatementsCommand, { ...asked, NextToken: 'a' })
      .resolves({ Statements: [listed(other, 'FAILED'), listed(other, 'FINISHED', `${of.name}x`)], NextToken: 'b' });
    mock
      .on(ListStatementsCommand, { ...asked, NextToken: 'b' })
      .resolves({ Statements: [listed(statement, 'FINISHED')] });
    expect(await warehouse.find(of)).toEqual({ outcome: 'found', statement_id: statement });
  });

  it('that comes to no end is given up, and tells nothing', async () => {
    const { mock, warehouse } = stage();
    mock.on(ListStatementsCommand).resolves({ Statements: [], NextToken: 'more' });
    expect(await warehouse.find(of)).toMatchObject({ outcome: 'later' });
    expect(mock.commandCalls(ListStatementsCommand)).toHaveLength(10);
  });
});

describe('a submission that did not go through', () => {
  it.each([
    new ActiveStatementsExceededException({ $metadata, message: 'too many' }),
    new DatabaseConnectionException({ $metadata: { httpStatusCode: 500 }, message: 'no', Message: 'no' }),
    new InternalServerException({ $metadata: { httpStatusCode: 500 }, message: 'oops', Message: 'oops' }),
    new ExecuteStatementException({ $metadata: { httpStatusCode: 500 }, message: 'x', Message: 'x', StatementId: 's' }),
    unmodelled('ThrottlingException', 400),
    unmodelled('TooManyRequestsException', 429),
    unmodelled('ExpiredTokenException', 403),
    unmodelled('ServiceUnavailable', 503),
    offTheNet('TimeoutError'),
    offTheNet('ECONNREFUSED'),
  ])('is to be made later when the warehouse says $name', async (error) => {
    const { mock, warehouse } = stage();
    mock.on(ExecuteStatementCommand).rejects(error);
    expect(await warehouse.submit(asked)).toEqual({
      outcome: 'later',
      cause: expect.stringContaining(error.name) as string,
    });
  });

  it.each([
    new ValidationException({ $metadata, message: 'SQL is too long', Message: 'SQL is too long' }),
    new ResourceNotFoundException({ $metadata, message: 'no workgroup', Message: 'no', ResourceId: 'w' }),
    unmodelled('AccessDeniedException', 400, 'not authorized'),
  ])('is refused for good when the warehouse says $name', async (error) => {
    const { mock, warehouse } = stage();
    mock.on(ExecuteStatementCommand).rejects(error);
    expect(await warehouse.submit(asked)).toEqual({ outcome: 'refused', message: error.message });
  });

  it('by a mistake of ours is neither: it is thrown', async () => {
    const { mock, warehouse } = stage();
    const mistake = new TypeError('x is not a function');
    mock.on(ExecuteStatementCommand).rejects(mistake);
    await expect(warehouse.submit(asked)).rejects.toBe(mistake);
  });
});

describe('a cancellation that is refused', () => {
  const refused = new ValidationException({ $metadata, message: 'cannot cancel', Message: 'cannot cancel' });

  it.each([
    ['ABORTED', 'ended'],
    ['FINISHED', 'ended'],
    ['FAILED', 'ended'],
    ['SUBMITTED', 'cancelling'],
    ['PICKED', 'cancelling'],
  ] as const)('is judged by the state of the statement: %s is %s', async (Status, answer) => {
    const { mock, warehouse } = stage();
    mock.on(CancelStatementCommand).rejects(refused);
    mock.on(DescribeStatementCommand).resolves({ Id: statement, Status });
    expect(await warehouse.cancel(statement)).toBe(answer);
  });

  it('is no cancellation when the service is out of order', async () => {
    const { mock, warehouse } = stage();
    const out = new InternalServerException({ $metadata: { httpStatusCode: 500 }, message: 'x', Message: 'x' });
    mock.on(CancelStatementCommand).rejects(out);
    await expect(warehouse.cancel(statement)).rejects.toBe(out);
  });
});

describe('the target', () => {
  const none = {
    SPECTRA_REDSHIFT_DATABASE: 'd',
    SPECTRA_REDSHIFT_WORKGROUP: '',
    SPECTRA_REDSHIFT_CLUSTER: '',
    SPECTRA_REDSHIFT_DB_USER: '',
    SPECTRA_REDSHIFT_SECRET_ARN: '',
  };
  const workgroup = { ...none, SPECTRA_REDSHIFT_WORKGROUP: 'w' };
  const cluster = { ...none, SPECTRA_REDSHIFT_CLUSTER: 'c' };

  it.each([
    [workgroup, { WorkgroupName: 'w' }],
    [
      { ...workgroup, SPECTRA_REDSHIFT_SECRET_ARN: 's' },
      { WorkgroupName: 'w', SecretArn: 's' },
    ],
    [
      { ...cluster, SPECTRA_REDSHIFT_DB_USER: 'u' },
      { ClusterIdentifier: 'c', DbUser: 'u' },
    ],
    [
      { ...cluster, SPECTRA_REDSHIFT_SECRET_ARN: 's' },
      { ClusterIdentifier: 'c', SecretArn: 's' },
    ],
  ])('is named in full, with token, name and event: %j', async (settings, expected) => {
    const { mock, warehouse } = stage(warehouseTarget(settings));
    mock.on(ExecuteStatementCommand).resolves({ Id: statement });
    await warehouse.submit(asked);
    expect(mock.commandCalls(ExecuteStatementCommand)[0]?.args[0].input).toEqual({
      ...{ Sql: 'SELECT 1', ClientToken: 'run', StatementName: 'name', WithEvent: true, Database: 'd' },
      ...expected,
    });
  });

  it.each([
    none,
    { ...workgroup, SPECTRA_REDSHIFT_CLUSTER: 'c' },
    cluster,
    { ...cluster, SPECTRA_REDSHIFT_DB_USER: 'u', SPECTRA_REDSHIFT_SECRET_ARN: 's' },
  ])('is refused when it is not exactly one: %j', (settings) => {
    expect(() => warehouseTarget(settings)).toThrow('SPECTRA_REDSHIFT_');
  });
});

describe('a submission as a tenant', () => {
  const cluster: WarehouseTarget = { kind: 'cluster_user', cluster: 'c', db_user: 'exporter', database: 'd' };
  const workgroup: WarehouseTarget = { kind: 'workgroup', workgroup: 'w', database: 'd', secret_arn: 'shared' };

  it.each([
    [cluster, 'db_user:tenant_{user}', { ClusterIdentifier: 'c', DbUser: 'tenant_acme' }],
    [cluster, 'secret:redshift/{user}', { ClusterIdentifier: 'c', SecretArn: 'redshift/acme' }],
    [workgroup, 'secret:redshift/{user}', { WorkgroupName: 'w', SecretArn: 'redshift/acme' }],
  ])('never falls back on the identity that others share: %j %s', async (target, text, expected) => {
    const { mock, warehouse } = stage(target, { identity: TenantIdentity.parse(text) });
    mock.on(ExecuteStatementCommand).resolves({ Id: statement });
    await warehouse.submit(asked);
    const { input } = mock.commandCalls(ExecuteStatementCommand)[0]?.args[0] ?? {};
    expect(input).toMatchObject({ ...expected, Database: 'd' });
    expect(JSON.stringify(input)).not.toMatch(/exporter|"shared"/);
  });

  it.each(['nobody', 'db_user:all', 'role:{user}', 'db_user:{user}{user}', 'secret:a b {user}', "db_user:'{user}"])(
    'is not made by an identity that makes no sense: %s',
    (text) => {
      expect(TenantIdentity.safeParse(text).success).toBe(false);
    },
  );
});
