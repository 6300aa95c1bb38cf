import { type AttributeValue, BatchWriteItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ulid } from 'ulid';
import type { Service } from '../../harness.ts';

const batch = 25;

/** Writes copies of a complete job, each some seconds older than the one before; every hundredth has failed. */
export async function copyJob({ table }: Service, tenantId: string, jobId: string, copies: number): Promise<void> {
  const { client, name } = table;
  const pk = { S: `TENANT#${tenantId}` };
  const key = { pk, sk: { S: `JOB#${jobId}` } };
  const { Item } = await client.send(new GetItemCommand({ TableName: name, Key: key }));
  if (!Item) throw new Error(`There is no job ${jobId}`);
  const end = Date.parse(Item.created_at?.S ?? '');
  const copyOf = (n: number): Record<string, AttributeValue> => {
    const at = end - n * 7000;
    const id = ulid(at);
    const state = n % 100 === 0 ? failed : {};
    return {
      ...Item,
      ...state,
      sk: { S: `JOB#${id}` },
      job_id: { S: id },
      run_id: { S: `${id}.1` },
      created_at: { S: new Date(at).toISOString() },
    };
  };
  const batches = Array.from({ length: Math.ceil(copies / batch) }, (_, at) =>
    Array.from({ length: Math.min(batch, copies - at * batch) }, (_each, n) => copyOf(at * batch + n + 1)),
  );
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let items = batches.pop(); items; items = batches.pop()) {
        const puts = items.map((item) => ({ PutRequest: { Item: item } }));
        await client.send(new BatchWriteItemCommand({ RequestItems: { [name]: puts } }));
      }
    }),
  );
}

const failed: Record<string, AttributeValue> = {
  state: { S: 'Failed' },
  error: {
    M: {
      code: { S: 'QUERY_ERROR' },
      category: { S: 'validation' },
      message: { S: 'made up' },
      retryable: { BOOL: false },
      details: { M: {} },
    },
  },
};
