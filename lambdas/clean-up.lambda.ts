import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { cleanUpJob } from '../core/use-cases/clean-up-job.ts';
import { composeCleanUp, readStreamImage } from './shared/compose.ts';
import { eachRecord } from './shared/stream-batch.ts';

const deps = composeCleanUp();

async function handle(record: DynamoDBRecord): Promise<void> {
  const image = readStreamImage(record.dynamodb?.OldImage ?? {});
  if (image?.type === 'job') await cleanUpJob(deps, image);
}

export const handler = (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> =>
  eachRecord(event.Records, handle, deps.telemetry);
