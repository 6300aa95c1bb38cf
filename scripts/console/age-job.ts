import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

/** The table of jobs, and how it is reached. */
export interface Table {
  client: DynamoDBClient;
  name: string;
}

/** Makes a job of the tenant `demo` as old as if its files, or it itself, had been kept long enough. */
export async function ageJob(table: Table, jobId: string, what: 'files' | 'job'): Promise<void> {
  const past = new Date(Date.now() - 60_000);
  const [name, value] =
    what === 'files'
      ? ['expires_at', { S: past.toISOString() }]
      : ['ttl', { N: String(Math.floor(past.getTime() / 1000)) }];
  await table.client.send(
    new UpdateItemCommand({
      TableName: table.name,
      Key: { pk: { S: 'TENANT#demo' }, sk: { S: `JOB#${jobId}` } },
      UpdateExpression: 'SET #name = :value',
      ExpressionAttributeNames: { '#name': name },
      ExpressionAttributeValues: { ':value': value },
    }),
  );
}
