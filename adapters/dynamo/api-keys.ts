import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { KeyId } from '../../contract/ids.ts';
import { ApiKeyRecord } from '../../contract/records.ts';
import type { ApiKeyStore } from '../../core/ports.ts';
import { items, keys, read } from './records.ts';

/** API keys in the single table. */
export class DynamoApiKeyStore implements ApiKeyStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(options: { client: DynamoDBClient; table: string }) {
    this.#client = options.client;
    this.#table = options.table;
  }

  /** 0.5 RCU: eventually consistent. */
  async find(key: KeyId): Promise<ApiKeyRecord | undefined> {
    const command = new GetItemCommand({ TableName: this.#table, Key: keys.apiKey({ key_id: key }) });
    const { Item } = await this.#client.send(command);
    return Item && read(ApiKeyRecord, Item);
  }

  /** A key that exists is an Error: a key's record is never replaced. */
  async add(key: ApiKeyRecord): Promise<void> {
    await this.#client.send(
      new PutItemCommand({
        TableName: this.#table,
        Item: items.apiKey(key),
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  }
}
