import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { createTable, type CreatedTable } from '../../../local/dynamodb/create-table.ts';
import { checkJava, parseJavaVersion } from '../../../local/dynamodb/java.ts';
import { startDynamoDb, type DynamoDbServer } from '../../../local/dynamodb/start-dynamodb.ts';
import { readStream, type StreamPositions, type StreamReaderOptions } from '../../../local/dynamodb/stream-reader.ts';
import { startTtlSweeper } from '../../../local/dynamodb/ttl-sweeper.ts';
import { listen } from '../../../local/listen.ts';
import { isAlive } from '../processes/is-alive.ts';
import { until } from '../processes/until.ts';

const properties = (TableName: string) => ({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: ['pk', 'sk', 'unfinished'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'unfinished',
      KeySchema: [{ AttributeName: 'unfinished', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
      ContributorInsightsSpecification: { Enabled: true },
    },
  ],
  StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  DeletionProtectionEnabled: true,
  Tags: [{ Key: 'a', Value: 'b' }],
});
const newClient = (server: DynamoDbServer) =>
  new DynamoDBClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local-secret' },
  });
const key = (n: number): Record<string, AttributeValue> => ({ pk: { S: 'p' }, sk: { S: String(n) } });

describe('DynamoDB Local', () => {
  let server: DynamoDbServer;
  let client: DynamoDBClient;
  let table: CreatedTable;
  let tables = 0;

  beforeAll(async () => {
    server = await startDynamoDb();
    client = newClient(server);
  });
  beforeEach(async () => {
    table = await createTable(client, properties(`table-${++tables}`));
  });
  afterAll(async () => {
    client.destroy();
    await server.close();
  });

  const put = (n: number, more: Record<string, AttributeValue> = {}) =>
    client.send(new PutItemCommand({ TableName: table.tableName, Item: { ...key(n), ...more } }));

  async function read(options: Partial<StreamReaderOptions>, from: StreamReaderOptions['from'] = 'TRIM_HORIZON') {
    const records: DynamoDBRecord[] = [];
    const reader = await readStream({
      endpoint: server.endpoint,
      streamArn: table.streamArn ?? '',
      from,
      onBatch: (batch) => {
        records.push(...batch);
        return Promise.resolve();
      },
      ...options,
    });
    return { reader, records };
  }
  const sortKeys = (records: DynamoDBRecord[]) => records.map(({ dynamodb }) => Number(dynamodb?.Keys?.sk?.S));

  it('gets a table from its CloudFormation properties, and only once', async () => {
    expect(await createTable(client, properties(table.tableName))).toEqual(table);
    expect(table).toMatchObject({ ttlAttribute: 'ttl', keyAttributes: ['pk', 'sk'] });
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table.tableName }));
    expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['unfinished']);
    expect(Table?.LatestStreamArn).toBe(table.streamArn);
  });

  it('gives stream records in order and in the shape that Lambda gets', async () => {
    await put(0, {
      b: { B: Buffer.from('hi') },
      l: { L: [{ BS: [Buffer.from([255])] }, { NULL: true }] },
      n: { N: '1.5' },
    });
    for (let n = 1; n <= 25; n++) await put(n);
    await client.send(new DeleteItemCommand({ TableName: table.tableName, Key: key(3) }));
    const { reader, records } = await read({
      batchSize: 7,
      eventSourceArn: 'arn:aws:dynamodb:us-east-1:0:table/x/stream/y',
    });
    await until(() => records.length === 27);
    await reader.stop();
    expect(sortKeys(records)).toEqual([...Array(26).keys(), 3]);
    expect(records.at(-1)).toMatchObject({ eventName: 'REMOVE', dynamodb: { OldImage: key(3) } });
    expect(records.at(-1)).not.toHaveProperty('userIdentity');
    expect(records[0]).toMatchObject({
      eventName: 'INSERT',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      eventSourceARN: 'arn:aws:dynamodb:us-east-1:0:table/x/stream/y',
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number) as number,
        SequenceNumber: expect.any(String) as string,
        NewImage: { ...key(0), b: { B: 'aGk=' }, l: { L: [{ BS: ['/w=='] }, { NULL: true }] }, n: { N: '1.5' } },
      },
    });
  });

  it('begins at LATEST with the first write after the reader said it is there', async () => {
    await put(1);
    const { reader, records } = await read({}, 'LATEST');
    await put(2);
    await until(() => records.length > 0);
    await reader.stop();
    expect(sortKeys(records)).toEqual([2]);
  });

  it('goes on after the position of an earlier reader', async () => {
    let positions: StreamPositions = {};
    for (const n of [1, 2]) await put(n);
    const first = await read({ onPosition: (now) => (positions = now) });
    await until(() => first.records.length === 2);
    await first.reader.stop();
    await put(3);
    const second = await read({}, { positions });
    await until(() => second.records.length > 0);
    await second.reader.stop();
    expect(sortKeys(second.records)).toEqual([3]);
  });

  it('hands out no further batch before the last one is done, and ends with the error of one that fails', async () => {
    for (const n of [1, 2, 3]) await put(n);
    const gate = Promise.withResolvers<undefined>();
    let calls = 0;
    const { reader } = await read({
      batchSize: 1,
      pollMs: 5,
      onBatch: async () => {
        if (++calls === 2) throw new Error('handler gave up');
        await gate.promise;
      },
    });
    await until(() => calls === 1);
    await put(4);
    expect(calls).toBe(1);
    gate.resolve(undefined);
    await expect(reader.done).rejects.toThrow('handler gave up');
    expect(calls).toBe(2);
  });

  it('expires items as the service would: marked as its own, and not one whose time to live was moved', async () => {
    const now = new Date('2026-06-01T00:00:00Z');
    const seconds = now.getTime() / 1000;
    await put(1, { ttl: { N: String(seconds - 1) } });
    await put(2, { ttl: { N: String(seconds + 60) } });
    await put(3, { ttl: { S: 'not a number' } });
    await put(4, { ttl: { N: String(seconds - 6 * 365 * 86_400) } });
    await put(5);
    const ttlTable = { tableName: table.tableName, ttlAttribute: 'ttl', keyAttributes: table.keyAttributes };
    const sweeper = startTtlSweeper({ client, tables: () => [ttlTable], clock: () => now });
    expect(await sweeper.sweep()).toBe(1);
    await client.send(new DeleteItemCommand({ TableName: table.tableName, Key: key(2) }));
    const { reader, records } = await read({
      isTtlRemoval: (keys) => sweeper.isTtlRemoval(table.tableName, keys),
    });
    await until(() => records.length === 7);
    await Promise.all([reader.stop(), sweeper.stop()]);
    const removed = records.filter(({ eventName }) => eventName === 'REMOVE');
    expect(removed.map(({ dynamodb, userIdentity }): unknown[] => [dynamodb?.Keys?.sk?.S, userIdentity])).toEqual([
      ['1', { type: 'Service', principalId: 'dynamodb.amazonaws.com' }],
      ['2', undefined],
    ]);
  });

  it('keeps an item whose time to live is moved between the look and the delete', async () => {
    const now = new Date('2026-06-01T00:00:00Z');
    await put(1, { ttl: { N: '1780000000' } });
    const racing = newClient(server);
    racing.middlewareStack.add(
      (next) => async (args) => {
        const extend = { UpdateExpression: 'SET #t = :t', ExpressionAttributeNames: { '#t': 'ttl' } };
        const values = { ExpressionAttributeValues: { ':t': { N: '1790000000' } } };
        await client.send(new UpdateItemCommand({ TableName: table.tableName, Key: key(1), ...extend, ...values }));
        return next(args);
      },
      { step: 'build' },
    );
    const scanning = newClient(server);
    const send = scanning.send.bind(scanning) as (command: unknown) => Promise<unknown>;
    Object.assign(scanning, {
      send: (command: unknown) => (command instanceof DeleteItemCommand ? racing.send(command) : send(command)),
    });
    const ttlTable = { tableName: table.tableName, ttlAttribute: 'ttl', keyAttributes: table.keyAttributes };
    const sweeper = startTtlSweeper({ client: scanning, tables: () => [ttlTable], clock: () => now });
    expect(await sweeper.sweep()).toBe(0);
    expect(sweeper.isTtlRemoval(table.tableName, key(1))).toBe(false);
    await sweeper.stop();
    const { Item } = await client.send(new GetItemCommand({ TableName: table.tableName, Key: key(1) }));
    expect(Item?.ttl).toEqual({ N: '1790000000' });
    for (const open of [racing, scanning]) open.destroy();
  });
});

describe('the Java of DynamoDB Local', () => {
  it('is gone within 3 s when the process that started it is killed', async () => {
    const fixture = fileURLToPath(new URL('./parent.fixture.ts', import.meta.url));
    const parent = fork(fixture, [], { execArgv: [] });
    const [{ pid }] = (await once(parent, 'message')) as [{ pid: number }];
    const alive = (): boolean => isAlive(pid);
    expect(alive()).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !alive(), 3000);
  });
});

describe('a persistent DynamoDB Local', () => {
  it('has its items and its unread stream records after a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'spectra-dynamodb-'));
    const first = await startDynamoDb({ dataDir });
    const before = newClient(first);
    const table = await createTable(before, properties('kept'));
    await before.send(new PutItemCommand({ TableName: 'kept', Item: key(1) }));
    before.destroy();
    await first.close();

    const second = await startDynamoDb({ dataDir });
    const after = newClient(second);
    expect(await createTable(after, properties('kept'))).toEqual(table);
    expect((await after.send(new GetItemCommand({ TableName: 'kept', Key: key(1) }))).Item).toEqual(key(1));
    const seen: unknown[] = [];
    const reader = await readStream({
      endpoint: second.endpoint,
      streamArn: table.streamArn ?? '',
      from: 'TRIM_HORIZON',
      onBatch: (records) => {
        seen.push(...records.map(({ dynamodb }) => dynamodb?.Keys));
        return Promise.resolve();
      },
    });
    await until(() => seen.length > 0);
    await reader.stop();
    expect(seen).toEqual([key(1)]);
    after.destroy();
    await second.close();
    await rm(dataDir, { recursive: true });
  });

  it('says which port is taken instead of talking to a stranger there', async () => {
    const stranger = await listen(createServer(() => undefined));
    const { port } = stranger;
    await expect(startDynamoDb({ port, readyTimeoutMs: 5_000 })).rejects.toThrow(`DynamoDB Local on port ${port}`);
    await stranger.close();
  });
});

describe('the check for Java', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_392"', 8],
    ['openjdk version "25-ea" 2025-09-16', 25],
    ['command not found', undefined],
  ])('reads %s', (output, version) => {
    expect(parseJavaVersion(output)).toBe(version);
  });

  it('accepts what is installed here and says in one sentence what to do when there is none', async () => {
    expect((await checkJava()).version).toBeGreaterThanOrEqual(17);
    const sentence =
      /^DynamoDB Local needs Java 17 or newer and `\/nowhere\/bin\/java` does not run: install it with .*\.$/;
    await expect(checkJava({ JAVA_HOME: '/nowhere' })).rejects.toThrow(sentence);
  });
});
