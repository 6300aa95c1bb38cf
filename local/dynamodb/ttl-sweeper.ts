import { setTimeout as delay } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  paginateScan,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

export interface TtlTable {
  tableName: string;
  ttlAttribute: string;
  keyAttributes: readonly string[];
}

export interface TtlSweeperOptions {
  client: DynamoDBClient;
  /** asked at every sweep; `createTable` returns such tables */
  tables: () => readonly TtlTable[];
  /** default: the system clock */
  clock?: () => Date;
  /** pause between sweeps; default 30,000 */
  intervalMs?: number;
  /** told of sweeps that failed; the next one is tried all the same */
  onError?: (error: unknown) => void;
}

export interface TtlSweeper {
  /** Deletes what has expired by now; returns how many. Also runs by itself every interval. */
  sweep: () => Promise<number>;
  /** Whether the removal of this item was the sweeper's, so that its stream record is to name the service. */
  isTtlRemoval: (tableName: string, keys: Record<string, AttributeValue>) => boolean;
  stop: () => Promise<void>;
}

const FIVE_YEARS_SECONDS = 5 * 365 * 86_400;
const MAX_REMEMBERED = 100_000;

/**
 * Deletes expired items, which DynamoDB Local does not do within useful time. As in the service an item expires when
 * the attribute is a number of epoch seconds in the past, no more than five years, and only if it is still that one.
 */
export function startTtlSweeper(options: TtlSweeperOptions): TtlSweeper {
  const { client, clock = () => new Date(), intervalMs = 30_000 } = options;
  const removals = new Removals();
  const stopping = new AbortController();
  const sweep = async (): Promise<number> => {
    let removed = 0;
    for (const table of options.tables()) {
      const now = Math.floor(clock().getTime() / 1000);
      for await (const item of expiredItems(client, table, now))
        if (await expire(client, table, item, removals)) removed++;
    }
    return removed;
  };
  const stopped = (): boolean => stopping.signal.aborted;
  const run = async (): Promise<void> => {
    while (!stopped()) {
      await delay(intervalMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!stopped()) await sweep().catch((error: unknown) => options.onError?.(error));
    }
  };
  const running = run();
  return {
    sweep,
    isTtlRemoval: (tableName, keys) => removals.has(tableName, keys),
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

type Item = Record<string, AttributeValue>;

/** Keys and time to live of the expired items of a table. */
async function* expiredItems(client: DynamoDBClient, table: TtlTable, now: number): AsyncGenerator<Item> {
  const attributes = [table.ttlAttribute, ...table.keyAttributes];
  const names = ['#ttl', ...table.keyAttributes.map((_, n) => `#key${n}`)];
  const pages = paginateScan(
    { client },
    {
      TableName: table.tableName,
      ConsistentRead: true,
      FilterExpression: 'attribute_type(#ttl, :number) AND #ttl <= :now AND #ttl > :oldest',
      ProjectionExpression: names.join(', '),
      ExpressionAttributeNames: Object.fromEntries(attributes.map((name, n) => [names[n] ?? '', name])),
      ExpressionAttributeValues: {
        ':number': { S: 'N' },
        ':now': { N: String(now) },
        ':oldest': { N: String(now - FIVE_YEARS_SECONDS) },
      },
    },
  );
  for await (const { Items = [] } of pages) yield* Items;
}

/** Deletes an item if its time to live is still the one that was seen. */
async function expire(client: DynamoDBClient, table: TtlTable, item: Item, removals: Removals): Promise<boolean> {
  const seen = item[table.ttlAttribute];
  if (!seen) return false;
  const Key = Object.fromEntries(Object.entries(item).filter(([name]) => table.keyAttributes.includes(name)));
  // Before the delete: a stream reader may see the record before the delete returns.
  removals.add(table.tableName, Key);
  const command = new DeleteItemCommand({
    TableName: table.tableName,
    Key,
    ConditionExpression: '#ttl = :seen',
    ExpressionAttributeNames: { '#ttl': table.ttlAttribute },
    ExpressionAttributeValues: { ':seen': seen },
  });
  try {
    await client.send(command);
    return true;
  } catch (error) {
    removals.delete(table.tableName, Key);
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** The removals that were expiries, the latest 100,000 of them. */
class Removals {
  private readonly ids = new Set<string>();

  has(tableName: string, keys: Item): boolean {
    return this.ids.has(removalId(tableName, keys));
  }

  add(tableName: string, keys: Item): void {
    this.ids.add(removalId(tableName, keys));
    if (this.ids.size <= MAX_REMEMBERED) return;
    const [oldest] = this.ids;
    if (oldest !== undefined) this.ids.delete(oldest);
  }

  delete(tableName: string, keys: Item): void {
    this.ids.delete(removalId(tableName, keys));
  }
}

function removalId(tableName: string, keys: Record<string, AttributeValue>): string {
  const sorted = Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1));
  const plain = (_: string, value: unknown): unknown =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  return `${tableName} ${JSON.stringify(sorted, plain)}`;
}
