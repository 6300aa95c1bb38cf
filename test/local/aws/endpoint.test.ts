import { DynamoDBClient, GetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { apiOf, startFixture, type Fixture } from '../fixtures/start-fixture.ts';

describe('the one endpoint of all services', () => {
  let fixture: Fixture;
  let s3: S3Client;
  let Bucket: string;
  beforeAll(async () => {
    fixture = await startFixture();
    s3 = new S3Client(fixture.config);
    Bucket = fixture.local.outputs.BucketName ?? '';
  });
  afterAll(async () => {
    s3.destroy();
    await fixture.stop();
  });
  const callsBy = (caller: string) => fixture.local.calls.snapshot().filter((count) => count.caller === caller);

  it('streams a large object through without holding it, signatures intact', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'spectra');
    const chunks = 400;
    const hash = createHash('sha256');
    for (let index = 0; index < chunks; index += 1) hash.update(chunk);
    const before = process.memoryUsage().rss;
    const Body = Readable.from(Array.from({ length: chunks }, () => chunk));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'large', Body, ContentLength: chunks * chunk.length }));
    const { Body: back } = await s3.send(new GetObjectCommand({ Bucket, Key: 'large' }));
    const received = createHash('sha256');
    for await (const piece of back as AsyncIterable<Buffer>) received.update(piece);
    expect(received.digest('hex')).toBe(hash.digest('hex'));
    expect(process.memoryUsage().rss - before).toBeLessThan((chunks * chunk.length) / 2);
  });

  it('serves a presigned URL to whoever has it, and refuses it once it was changed', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'small', Body: 'hello' }));
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'small' }), { expiresIn: 60 });
    expect(await (await fetch(url)).text()).toBe('hello');
    expect((await fetch(url.replace('small', 'large'))).status).toBe(403);
  });

  it('refuses S3 requests that are wrongly signed', async () => {
    const stranger = new S3Client({
      ...fixture.config,
      credentials: { accessKeyId: 'local', secretAccessKey: 'wrong' },
    });
    await expect(stranger.send(new HeadObjectCommand({ Bucket, Key: 'small' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    stranger.destroy();
  });

  it('refuses keys that nobody has, and requests without any', async () => {
    const credentials = { accessKeyId: 'stranger', secretAccessKey: 'local-secret' };
    const stranger = new DynamoDBClient({ ...fixture.config, credentials });
    const get = new GetItemCommand({ TableName: fixture.TableName, Key: { pk: { S: 'a' }, sk: { S: 'b' } } });
    await expect(stranger.send(get)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    stranger.destroy();
    const headers = { 'X-Amz-Target': 'DynamoDB_20120810.ListTables', 'Content-Type': 'application/x-amz-json-1.0' };
    const bare = await fetch(fixture.local.awsEndpointUrl, { method: 'POST', headers, body: '{}' });
    expect(await bare.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  });

  it("counts a function's calls under its name, with what they cost", async () => {
    fixture.local.calls.reset();
    expect((await apiOf(fixture.local)('/open?do=put')).status).toBe(201);
    expect(callsBy('api')).toEqual([
      { caller: 'api', service: 'dynamodb', operation: 'PutItem', calls: 1, errors: 0, readUnits: 0, writeUnits: 1 },
    ]);
  });

  it('measures capacity without telling a client that did not ask for it', async () => {
    fixture.local.calls.reset();
    const Item = { pk: { S: 'cost' }, sk: { S: 'x' }, filler: { S: 'x'.repeat(1500) } };
    const { TableName } = fixture;
    const plain = await fixture.dynamodb.send(new PutItemCommand({ TableName, Item }));
    expect(plain.ConsumedCapacity).toBeUndefined();
    const asked = await fixture.dynamodb.send(new PutItemCommand({ TableName, Item, ReturnConsumedCapacity: 'TOTAL' }));
    expect(asked.ConsumedCapacity?.CapacityUnits).toBe(2);
    await fixture.dynamodb.send(new GetItemCommand({ TableName, Key: { pk: { S: 'cost' }, sk: { S: 'x' } } }));
    const small = { pk: { S: 'cost' }, sk: { S: 'y' } };
    await fixture.dynamodb.send(
      new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: small } }] }),
    );
    const counts = callsBy('local').map(({ operation, calls, readUnits, writeUnits }) => ({
      operation,
      calls,
      readUnits,
      writeUnits,
    }));
    expect(counts).toEqual([
      { operation: 'GetItem', calls: 1, readUnits: 0.5, writeUnits: 0 },
      { operation: 'PutItem', calls: 2, readUnits: 0, writeUnits: 4 },
      { operation: 'TransactWriteItems', calls: 1, readUnits: 0, writeUnits: 2 },
    ]);
  });

  it('counts refused writes as errors and passes the reason on', async () => {
    fixture.local.calls.reset();
    const Item = { pk: { S: 'cost' }, sk: { S: 'x' } };
    const command = new PutItemCommand({
      TableName: fixture.TableName,
      Item,
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await expect(fixture.dynamodb.send(command)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(callsBy('local')).toMatchObject([{ operation: 'PutItem', calls: 1, errors: 1 }]);
  });

  it("names the caller's account", async () => {
    const response = await signedForm('sts', 'Action=GetCallerIdentity&Version=2011-06-15');
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining('<Account>000000000000</Account>'),
    ]);
  });

  it('keeps metrics for whoever wants to look', async () => {
    await signedForm('monitoring', 'Action=PutMetricData&Namespace=Test');
    expect(fixture.local.metrics().at(-1)).toMatchObject({ caller: 'local', operation: 'PutMetricData' });
  });

  it('invokes functions for callers of the Lambda API, and says when one failed', async () => {
    const name = fixture.local.outputs.ApiFunction ?? '';
    const good = await invoke(name, 'RequestResponse', { queryStringParameters: null });
    expect(await good.json()).toMatchObject({ statusCode: 200 });
    const bad = await invoke(name, 'RequestResponse', { queryStringParameters: { do: 'throw' } });
    expect([bad.status, bad.headers.get('x-amz-function-error')]).toEqual([200, 'Unhandled']);
    expect(await bad.json()).toMatchObject({ errorType: 'TypeError', errorMessage: 'as asked' });
    expect((await invoke(name, 'Event', {})).status).toBe(202);
    expect((await invoke('nobody', 'RequestResponse', {})).status).toBe(404);
  });

  const authorization = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`;
  const date = { 'X-Amz-Date': '20260101T000000Z' };
  const signedForm = (service: string, body: string) =>
    fetch(fixture.local.awsEndpointUrl, {
      method: 'POST',
      headers: { ...date, Authorization: authorization(service), 'Content-Type': 'application/x-www-form-urlencoded' },
      body,
    });
  const invoke = (name: string, type: string, payload: object) =>
    fetch(`${fixture.local.awsEndpointUrl}/2015-03-31/functions/${name}/invocations`, {
      method: 'POST',
      headers: { ...date, Authorization: authorization('lambda'), 'X-Amz-Invocation-Type': type },
      body: JSON.stringify(payload),
    });
});
