import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { LocalAws } from '../../local/local-aws.ts';

const Finished = z.object({
  state: z.object({ S: z.enum(['JobComplete', 'Failed', 'Aborted']) }),
  started_at: z.object({ S: z.string() }),
  completed_at: z.object({ S: z.string() }),
});
const Item = z.looseObject({ state: z.object({ S: z.string() }) });
const terminal = ['JobComplete', 'Failed', 'Aborted'];
const lookEvery = 20;

export interface FinishedJob {
  /** From InProgress to the end. */
  seconds: number;
}

/** Looks at job items past the API, under the caller `local`, so that waiting costs the service no call. */
export class JobStates {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #tenant: string;

  constructor({ awsEndpointUrl, region, credentials, outputs, tenantId }: LocalAws) {
    this.#client = new DynamoDBClient({
      endpoint: awsEndpointUrl,
      region,
      credentials,
      requestHandler: { connectionTimeout: 2000, requestTimeout: 10_000 },
    });
    this.#table = z.string().parse(outputs.TableName);
    this.#tenant = tenantId;
  }

  /** @throws when the job ends otherwise than JobComplete, or not within `most` ms */
  async completed(jobId: string, most = 120_000): Promise<FinishedJob> {
    const end = Date.now() + most;
    while (Date.now() < end) {
      const item = await this.#read(jobId);
      const state = Item.parse(item).state.S;
      if (terminal.includes(state)) {
        if (state !== 'JobComplete') throw new Error(`Job ${jobId} ended ${state}: ${JSON.stringify(item)}`);
        const { started_at, completed_at } = Finished.parse(item);
        return { seconds: (Date.parse(completed_at.S) - Date.parse(started_at.S)) / 1000 };
      }
      await delay(lookEvery);
    }
    throw new Error(`Job ${jobId} did not end within ${most} ms`);
  }

  async #read(jobId: string): Promise<unknown> {
    const { Item: item } = await this.#client.send(
      new GetItemCommand({
        TableName: this.#table,
        Key: { pk: { S: `TENANT#${this.#tenant}` }, sk: { S: `JOB#${jobId}` } },
        ConsistentRead: true,
      }),
    );
    return item;
  }

  close(): void {
    this.#client.destroy();
  }
}
