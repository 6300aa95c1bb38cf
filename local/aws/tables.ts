import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTable, type CreatedTable } from '../dynamodb/create-table.ts';
import { startDynamoDb, type DynamoDbServer } from '../dynamodb/start-dynamodb.ts';
import { readStream, type StreamReader } from '../dynamodb/stream-reader.ts';
import { startTtlSweeper, type TtlSweeper } from '../dynamodb/ttl-sweeper.ts';
import type { StreamMapping } from '../events/stream-mapping.ts';
import type { Stack, StackResource } from '../template/load-stack.ts';
import { TableProperties } from '../template/resources/storage.ts';
import { openPositionStore, type PositionStore } from './stream-positions.ts';

export interface TablesOptions {
  stack: Stack;
  server: DynamoDbServer;
  mappings: readonly StreamMapping[];
  dataDir: string | undefined;
  credentials: { accessKeyId: string; secretAccessKey: string };
  log: (text: string) => void;
}

/** The tables of a stack, their streams and their time to live. */
export interface Tables {
  names: readonly string[];
  client: DynamoDBClient;
  /** Deletes expired items now; returns how many. */
  expire: () => Promise<number>;
  /** Stops to read; the mappings can be read for again. */
  closeReaders: () => Promise<void>;
  /** Ends the mappings as well. */
  close: () => Promise<void>;
}

/** Creates the tables and starts to read their streams. */
export async function startTables(options: TablesOptions): Promise<Tables> {
  const { stack, server, log, dataDir, credentials } = options;
  const client = new DynamoDBClient({ endpoint: server.endpoint, region: stack.place.region, credentials });
  const resources = stack.resourcesOf('AWS::DynamoDB::Table', TableProperties);
  const created = await createAll(client, resources);
  const sweeper = startTtlSweeper({
    client,
    tables: () =>
      created.flatMap(({ tableName, ttlAttribute, keyAttributes }) =>
        ttlAttribute === undefined ? [] : [{ tableName, ttlAttribute, keyAttributes }],
      ),
    onError: (error) => log(`Expired items could not be deleted: ${String(error)}`),
  });
  const positions = openPositionStore(dataDir);
  const readers = await Promise.all(
    options.mappings.map((mapping) => readMapping(mapping, { ...options, resources, created, sweeper, positions })),
  );
  const closeReaders = async () => {
    await Promise.all([sweeper.stop(), ...readers.map((reader) => reader.stop())]);
    client.destroy();
  };
  return {
    names: created.map(({ tableName }) => tableName),
    client,
    expire: () => sweeper.sweep(),
    closeReaders,
    close: async () => {
      for (const mapping of options.mappings) mapping.stop();
      await closeReaders();
    },
  };
}

type TableResource = StackResource<TableProperties>;

async function createAll(client: DynamoDBClient, resources: readonly TableResource[]): Promise<CreatedTable[]> {
  return await Promise.all(
    resources.map(({ ref, properties }) => createTable(client, { ...properties, TableName: ref })),
  );
}

interface MappingContext extends TablesOptions {
  resources: readonly TableResource[];
  created: readonly CreatedTable[];
  sweeper: TtlSweeper;
  positions: PositionStore;
}

/**
 * Mappings come to life together with their table, before anything is written: its oldest record is the first that is
 * theirs, whatever their starting position.
 */
async function readMapping(mapping: StreamMapping, context: MappingContext): Promise<StreamReader> {
  const { resources, created, sweeper, positions, server, stack, log } = context;
  const { EventSourceArn, BatchSize } = mapping.properties;
  const table = resources.find(({ attributes }) => attributes.StreamArn === EventSourceArn);
  const streamArn = created.find(({ tableName }) => tableName === table?.ref)?.streamArn;
  if (table === undefined || streamArn === undefined) throw new Error(`${mapping.label} has no stream to read`);
  const reader = await readStream({
    endpoint: server.endpoint,
    streamArn,
    from: { positions: positions.of(mapping.label) },
    onBatch: (records) => mapping.receive(records),
    onPosition: (current) => positions.save(mapping.label, current),
    onError: (error) => log(`${mapping.label} could not read its stream: ${String(error)}`),
    batchSize: BatchSize ?? 100,
    region: stack.place.region,
    eventSourceArn: EventSourceArn,
    isTtlRemoval: (keys) => sweeper.isTtlRemoval(table.ref, keys),
  });
  reader.done.catch((error: unknown) => log(`${mapping.label} stopped: ${String(error)}`));
  return reader;
}

/** Starts DynamoDB Local and, when it ends by itself, starts it again on its port. */
export async function startTableEngine(
  dataDir: string | undefined,
  { log, onRestart }: { log: (text: string) => void; onRestart: (server: DynamoDbServer) => Promise<void> },
): Promise<{ server: () => DynamoDbServer; close: () => Promise<void> }> {
  let closing = false;
  let restarts = 0;
  const start = (port?: number): Promise<DynamoDbServer> =>
    startDynamoDb({
      ...(port !== undefined && { port }),
      ...(dataDir !== undefined && { dataDir }),
      onExit: (exit, tail) => {
        log(`DynamoDB Local ended (${exit.signal ?? exit.code ?? 'unknown'}): ${tail.trim().slice(-300)}`);
        if (!closing && restarts < 5)
          void restart().catch((error: unknown) => log(`It could not be restarted: ${String(error)}`));
      },
    });
  let server = await start();
  const restart = async () => {
    restarts += 1;
    server = await start(server.port);
    log(`DynamoDB Local runs again${dataDir === undefined ? '; its tables were in memory and are empty' : ''}`);
    await onRestart(server);
  };
  return {
    server: () => server,
    close: async () => {
      closing = true;
      await server.close();
    },
  };
}
