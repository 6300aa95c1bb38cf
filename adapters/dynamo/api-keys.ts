import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { GetItemCommand, QueryCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { KeyId, TenantId } from '../../contract/ids.ts';
import { ApiKeyRecord, TenantKeyRecord } from '../../contract/records.ts';
import { newestFirst } from '../../core/api-keys/key-state.ts';
import { mapBounded } from '../../core/map-bounded.ts';
import type { ApiKeyStore, RevokeOutcome, RotateOutcome, Rotation } from '../../core/ports.ts';
import { backoff, refusals, retryConflicts } from './conflicts.ts';
import { type Item, items, keys, read, tenantKeysPartition, values } from './records.ts';

const readsAtOnce = 10;
const isThere = 'attribute_exists(pk)';
const notRevoked = 'attribute_not_exists(revoked_at)';
const notRotated = 'attribute_not_exists(replaced_by)';

/**
 * API keys in the single table. Beside each key, which is found by its id, a small item in a partition of the tenant says that it
 * is there: a list costs one query and one read a key, however large the table is.
 */
export class DynamoApiKeyStore implements ApiKeyStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(options: { client: DynamoDBClient; table: string }) {
    this.#client = options.client;
    this.#table = options.table;
  }

  /** 0.5 RCU: eventually consistent. */
  find(key: KeyId): Promise<ApiKeyRecord | undefined> {
    return this.#get(key, false);
  }

  /** 1 RCU. */
  findLatest(key: KeyId): Promise<ApiKeyRecord | undefined> {
    return this.#get(key, true);
  }

  /** One transaction, 4 WCU. */
  async add(key: ApiKeyRecord): Promise<void> {
    await retryConflicts(backoff, () =>
      this.#client.send(new TransactWriteItemsCommand({ TransactItems: this.#puts(key) })),
    );
  }

  async list(tenant: TenantId): Promise<ApiKeyRecord[]> {
    const ids = await this.#keysOf(tenant);
    const found = await mapBounded(ids, readsAtOnce, (id) => this.#get(id, true));
    return found.filter((key) => key !== undefined).sort(newestFirst);
  }

  async revoke(key: KeyId, revoked_at: string): Promise<RevokeOutcome> {
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: keys.apiKey({ key_id: key }),
      UpdateExpression: 'SET revoked_at = :at',
      ConditionExpression: `${isThere} AND ${notRevoked}`,
      ExpressionAttributeValues: { ':at': { S: revoked_at } },
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      const { Attributes } = await retryConflicts(backoff, () => this.#client.send(command));
      return { outcome: 'revoked', key: read(ApiKeyRecord, Attributes ?? {}) };
    } catch (error) {
      const before = this.#refusedBy(error);
      return before ? { outcome: 'revoked_before', key: before } : { outcome: 'unknown' };
    }
  }

  async rotate({ key_id, successor, end }: Rotation): Promise<RotateOutcome> {
    const changes = { ...end, replaced_by: successor.key_id };
    const update: TransactWriteItem = {
      Update: {
        TableName: this.#table,
        Key: keys.apiKey({ key_id }),
        UpdateExpression: `SET ${Object.keys(changes)
          .map((name) => `${name} = :${name}`)
          .join(', ')}`,
        ConditionExpression: `${isThere} AND ${notRevoked} AND ${notRotated}`,
        ExpressionAttributeValues: values(
          Object.fromEntries(Object.entries(changes).map(([name, value]) => [`:${name}`, value])),
        ),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    };
    try {
      const command = new TransactWriteItemsCommand({ TransactItems: [update, ...this.#puts(successor)] });
      await retryConflicts(backoff, () => this.#client.send(command));
      return { outcome: 'rotated' };
    } catch (error) {
      const before = this.#refusedBy(error);
      return before ? { outcome: 'refused', key: before } : { outcome: 'unknown' };
    }
  }

  #puts(key: ApiKeyRecord): TransactWriteItem[] {
    return [items.apiKey(key), items.tenantKey(key)].map((Item) => ({
      Put: { TableName: this.#table, Item, ConditionExpression: 'attribute_not_exists(pk)' },
    }));
  }

  async #get(key: KeyId, ConsistentRead: boolean): Promise<ApiKeyRecord | undefined> {
    const command = new GetItemCommand({ TableName: this.#table, Key: keys.apiKey({ key_id: key }), ConsistentRead });
    const { Item } = await this.#client.send(command);
    return Item && read(ApiKeyRecord, Item);
  }

  async #keysOf(tenant: TenantId): Promise<KeyId[]> {
    const ids: KeyId[] = [];
    let after: Item | undefined;
    do {
      const page: QueryCommand = new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: tenantKeysPartition(tenant) } },
        ConsistentRead: true,
        ExclusiveStartKey: after,
      });
      const { Items = [], LastEvaluatedKey } = await this.#client.send(page);
      ids.push(...Items.map((item) => read(TenantKeyRecord, item).key_id));
      after = LastEvaluatedKey;
    } while (after);
    return ids;
  }

  /** The key as it was, when the first write's condition refused it; undefined when there is none. @throws any other error as it is */
  #refusedBy(error: unknown): ApiKeyRecord | undefined {
    const [first] = refusals(error) ?? [];
    if (!first?.refused) throw error;
    return first.item && read(ApiKeyRecord, first.item);
  }
}
