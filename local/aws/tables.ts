import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTable, type CreatedTable } from '../dynamodb/create-table.ts';
import { startDynamoDb, type DynamoDbServer } from '../dynamodb/start-dynamodb.ts';
import { readStream, type StreamReader } from '../dynamodb/stream-reader.ts';
import { startTtlSweeper, type TtlSweeper } from '../dynamodb/ttl-sweeper.ts';
import type { StreamMapping } from '../events/stream-mapping.ts';
import { settleAll } from '../settle-all.ts';
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

/**
 * Creates the tables and starts to read their streams.
 * @throws when one of them can't be created or read; nothing of them is left running then
 */
export async function startTables(options: TablesOptions): Promise<Tables> {
  const { stack, server, credentials } = options;
  const client = new DynamoDBClient({ endpoint: server.endpoint, region: stack.place.region, credentials });
  const toStop: (() => Promise<void>)[] = [];
  const closeReaders = async () => {
    await Promise.all(toStop.map((stop) => stop()));
    client.destroy();
  };
  try {
    const { created, sweeper } = await follow(options, client, toStop);
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
  } catch (error) {
    await closeReaders();
    throw error;
  }
}

/** @param toStop takes how to stop each thing that was started, also when a later one fails */
async function follow(options: TablesOptions, client: DynamoDBClient, toStop: (() => Promise<void>)[]) {
  const resources = options.stack.resourcesOf('AWS::DynamoDB::Table', TableProperties);
  const created = await createAll(client, resources);
  const sweeper = startTtlSweeper({
    client,
    tables: () =>
      created.flatMap(({ tableName, ttlAttribute, keyAttributes }) =>
        ttlAttribute === undefined ? [] : [{ tableName, ttlAttribute, keyAttributes }],
      ),
    onError: (error) => options.log(`Expired items could not be deleted: ${String(error)}`),
  });
  toStop.push(sweeper.stop);
  const positions = openPositionStore(options.dataDir);
  const context = { ...options, resources, created, sweeper, positions };
  await settleAll(
    options.mappings.map(async (mapping) => {
      const reader = await readMapping(mapping, context);
      toStop.push(reader.stop);
    }),
  );
  return { created, sweeper };
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

/**
 * Starts DynamoDB Local and, when it ends by itself, starts it again on its port.
 * `close` waits for a restart that is under way: what it starts would be left behind.
 */
export async function startTableEngine(
  dataDir: string | undefined,
  { log, onRestart }: { log: (text: string) => void; onRestart: (server: DynamoDbServer) => Promise<void> },
): Promise<{ server: () => DynamoDbServer; close: () => Promise<void> }> {
  let closing = false;
  let restarts = 0;
  let restarted: Promise<void> = Promise.resolve();
  const start = (port?: number): Promise<DynamoDbServer> =>
    startDynamoDb({
      ...(port !== undefined && { port }),
      ...(dataDir !== undefined && { dataDir }),
      onExit: (exit, tail) => {
        log(`DynamoDB Local ended (${exit.signal ?? exit.code ?? 'unknown'}): ${tail.trim().slice(-300)}`);
        restarted = restarted
          .then(restart)
          .catch((error: unknown) => log(`DynamoDB Local could not be restarted: ${String(error)}`));
      },
    });
  let server = await start();
  const restart = async () => {
    if (closing || restarts >= 5) return;
    restarts += 1;
    server = await start(server.port);
    log(`DynamoDB Local runs again${dataDir === undefined ? '; its tables were in memory and are empty' : ''}`);
    await onRestart(server);
  };
  return {
    server: () => server,
    close: async () => {
      closing = true;
      await restarted;
      await server.close();
    },
  };
}
