import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ExecuteStatementCommand, GetStatementResultCommand, RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createAccessKeys } from '../../../local/aws/access-keys.ts';
import { startFixture, type Fixture } from '../fixtures/start-fixture.ts';

const RoleArn = 'arn:aws:iam::000000000000:role/tenants/Acme';

describe('roles that are assumed', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture();
  });
  afterAll(() => fixture.stop());

  const sts = async (form: Record<string, string>, accessKeyId = 'local', token?: string) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=00`;
    const response = await fetch(fixture.local.awsEndpointUrl, {
      method: 'POST',
      headers: {
        authorization,
        'X-Amz-Date': '20260101T000000Z',
        'Content-Type': 'application/x-www-form-urlencoded',
        ...(token !== undefined && { 'X-Amz-Security-Token': token }),
      },
      body: new URLSearchParams({ Version: '2011-06-15', ...form }).toString(),
    });
    return { status: response.status, text: await response.text() };
  };
  const element = (text: string, name: string): string =>
    new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? '';
  const assume = async (RoleSessionName: string) => {
    const { text } = await sts({ Action: 'AssumeRole', RoleArn, RoleSessionName });
    return {
      accessKeyId: element(text, 'AccessKeyId'),
      secretAccessKey: element(text, 'SecretAccessKey'),
      sessionToken: element(text, 'SessionToken'),
    };
  };

  it('are known to STS, S3, DynamoDB and Redshift by their session', async () => {
    const credentials = await assume('job-1');
    const { text } = await sts({ Action: 'GetCallerIdentity' }, credentials.accessKeyId, credentials.sessionToken);
    expect(element(text, 'Arn')).toBe('arn:aws:sts::000000000000:assumed-role/Acme/job-1');
    const config = { ...fixture.config, credentials };
    const s3 = new S3Client({ ...config, forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: fixture.local.outputs.BucketName, Key: 'as-role', Body: 'x' }));
    const warehouse = new RedshiftDataClient(config);
    const { Id } = await warehouse.send(
      new ExecuteStatementCommand({
        WorkgroupName: 'w-1',
        Database: 'dev',
        Sql: 'select current_user',
        WaitTimeSeconds: 30,
      }),
    );
    const { Records } = await warehouse.send(new GetStatementResultCommand({ Id }));
    expect(Records).toEqual([[{ stringValue: 'IAMR:Acme' }]]);
    for (const client of [s3, warehouse]) client.destroy();
  });

  it('are nobody without their token', async () => {
    const { accessKeyId, secretAccessKey } = await assume('job-2');
    const client = new DynamoDBClient({
      ...fixture.config,
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 1,
    });
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    client.destroy();
  });

  it.each([
    ['another ARN', { RoleArn: 'arn:aws:iam::000000000000:user/x', RoleSessionName: 'job' }],
    ['no name', { RoleArn }],
    ['a name with a blank', { RoleArn, RoleSessionName: 'a b' }],
    ['a time that is too short', { RoleArn, RoleSessionName: 'job', DurationSeconds: '899' }],
    ['a time that is none', { RoleArn, RoleSessionName: 'job', DurationSeconds: 'long' }],
  ])('are refused with %s', async (_what, form) => {
    const { status, text } = await sts({ Action: 'AssumeRole', ...form });
    expect([status, element(text, 'Code')]).toEqual([400, 'ValidationError']);
  });

  it('expire, and are told so', () => {
    let now = new Date('2026-01-01T00:00:00Z');
    const keys = createAccessKeys([], { now: () => now });
    const { accessKeyId, sessionToken } = keys.assumeRole({ account: '000000000000', name: 'Acme' }, 'job', 900);
    now = new Date('2026-01-01T00:14:59Z');
    expect(keys.problemOf(accessKeyId, sessionToken)).toBeUndefined();
    now = new Date('2026-01-01T00:15:00Z');
    expect(keys.problemOf(accessKeyId, sessionToken)).toBe('expired');
    expect([keys.secretOf(accessKeyId), keys.ownerOf(accessKeyId)]).toEqual([undefined, undefined]);
  });
});
