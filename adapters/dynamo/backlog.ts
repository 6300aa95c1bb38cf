import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { TenantId } from '../../contract/ids.ts';
import type { Backlog } from '../../core/ports.ts';
import { type Item, type Unfinished, behindTenant, unfinishedIndex } from './records.ts';

/** Of 1 MB each, so more than a thousand jobs. */
const mostPages = 100;

/** Counts in the sparse index: 0.5 RCU per 4 KB, which are some seven jobs. */
export class DynamoBacklog implements Backlog {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(options: { client: DynamoDBClient; table: string }) {
    this.#client = options.client;
    this.#table = options.table;
  }

  async count(tenant: TenantId, most: number): Promise<number> {
    let counted = 0;
    let last: Item | undefined;
    for (let pages = 0; pages < mostPages; pages += 1) {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: unfinishedIndex,
          Select: 'COUNT',
          KeyConditionExpression: 'unfinished = :waiting AND unfinished_order BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':waiting': { S: 'WAITING' satisfies Unfinished },
            ':first': { S: `${tenant}#` },
            ':last': { S: behindTenant(tenant) },
          },
          Limit: most - counted,
          ExclusiveStartKey: last,
        }),
      );
      counted += page.Count ?? 0;
      last = page.LastEvaluatedKey;
      if (!last || counted >= most) return counted;
    }
    throw new Error(`More than ${mostPages} pages of waiting jobs of one tenant`);
  }
}
