import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';

const emulator = join(import.meta.dirname, '../../../node_modules/amplify-dynamodb-simulator/emulator');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function reachable(endpoint: string, engine: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (engine.exitCode !== null) throw new Error(`DynamoDB Local ended with ${engine.exitCode}`);
    const up = await fetch(endpoint, { signal: AbortSignal.timeout(1000) }).then(
      () => true,
      () => new Promise<false>((resolve) => setTimeout(resolve, 100, false)),
    );
    if (up) return;
  }
  throw new Error('DynamoDB Local did not answer within 30 s');
}

export interface DynamoEngine {
  client: DynamoDBClient;
  /** A table of its own, shaped as the deployed one. */
  createTable(): Promise<string>;
  dropTable(table: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startEngine(): Promise<DynamoEngine> {
  const port = await freePort();
  const jar = ['-Djava.library.path=DynamoDBLocal_lib', '-Xmx256m', '-jar', 'DynamoDBLocal.jar'];
  const engine = spawn('java', [...jar, '-inMemory', '-port', String(port), '-disableTelemetry'], {
    cwd: emulator,
    stdio: 'ignore',
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await reachable(endpoint, engine).catch((error: unknown) => {
    engine.kill();
    throw error;
  });
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local-secret' },
  });
  let tables = 0;
  return {
    client,
    createTable: () => createTable(client, `ports-${(tables += 1)}`),
    dropTable: async (table) => {
      await client.send(new DeleteTableCommand({ TableName: table }));
    },
    stop: async () => {
      client.destroy();
      engine.kill();
      if (engine.exitCode === null && engine.signalCode === null) await once(engine, 'exit');
    },
  };
}

async function createTable(client: DynamoDBClient, name: string): Promise<string> {
  const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
  const key = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'unfinished', 'unfinished_order'].map(text),
      KeySchema: key('pk', 'sk'),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'unfinished',
          KeySchema: key('unfinished', 'unfinished_order'),
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  return name;
}
