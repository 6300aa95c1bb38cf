import { type AttributeValue, BatchWriteItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ulid } from 'ulid';
import type { Table } from './age-job.ts';

const hour = 3_600_000;
const batch = 25;

/** Jobs that ended in an hour: few at night, many in the morning. */
const busyness = [2, 1, 1, 3, 8, 14, 18, 15, 9, 7, 10, 12, 13, 11, 8, 6, 5, 4, 4, 3, 3, 2, 2] as const;

/** Puts a day behind the tenant `demo`: copies of a complete job, of other times and sizes, some of which have failed. */
export async function pastJobs({ client, name: TableName }: Table, jobId: string): Promise<void> {
  const pk = { S: 'TENANT#demo' };
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { pk, sk: { S: `JOB#${jobId}` } } }));
  if (!Item) throw new Error(`There is no job ${jobId}`);
  const now = Date.now();
  const items = busyness.flatMap((count, ago) =>
    Array.from({ length: count }, (_, n) =>
      aged(Item, now - (busyness.length - ago) * hour + Math.floor((n * hour) / count), n),
    ),
  );
  for (let at = 0; at < items.length; at += batch) {
    const puts = items.slice(at, at + batch).map((each) => ({ PutRequest: { Item: each } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } }));
  }
}

function aged(item: Record<string, AttributeValue>, at: number, n: number): Record<string, AttributeValue> {
  const id = ulid(at);
  const time = (after: number) => ({ S: new Date(at + after).toISOString() });
  const state = n % 9 === 7 ? failed : n % 14 === 11 ? { state: { S: 'Aborted' } } : {};
  return {
    ...item,
    sk: { S: `JOB#${id}` },
    job_id: { S: id },
    run_id: { S: `${id}.1` },
    created_at: time(0),
    updated_at: time(40_000),
    started_at: time(2000),
    completed_at: time(40_000),
    number_records_processed: { N: String(20_000 + ((n * 7919) % 60_000)) },
    bytes: { N: String(900_000 + ((n * 104_729) % 4_000_000)) },
    ...state,
  };
}

const failed: Record<string, AttributeValue> = {
  state: { S: 'Failed' },
  error: {
    M: {
      code: { S: 'QUERY_ERROR' },
      category: { S: 'validation' },
      message: { S: 'relation "flight" does not exist' },
      retryable: { BOOL: false },
      details: { M: {} },
    },
  },
};
