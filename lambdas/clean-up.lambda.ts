import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod';
import { cleanUpJob, cleanUpRun, cleanUpUploads } from '../core/use-cases/clean-up-job.ts';
import type { Job } from '../core/jobs/job.ts';
import { dropMarker } from '../core/use-cases/drop-marker.ts';
import { composeCleanUp, readStreamImage } from './shared/compose.ts';
import { eachRecord } from './shared/stream-batch.ts';

const deps = composeCleanUp();

/** What the filters let through (lib/constructs/stream-filters.ts): a job that is gone, or ended before it was closed or without a result. */
async function handle(record: DynamoDBRecord): Promise<void> {
  const { NewImage: now, OldImage: before } = record.dynamodb ?? {};
  // The run that ended is the one before: where the service runs a job again, the new image has the next one's number already.
  const image = readStreamImage(before ?? {});
  if (image?.type !== 'job') return;
  if (now && image.state === 'Open') await cleanUpUploads(deps, image);
  else if (now && image.load) await cleanUpLoad(now, image);
  else if (now) await cleanUpRun(deps, image);
  else await cleanUpJob(deps, image, isExpiry(record) ? 'expired' : 'deleted');
}

/** What a load's run wrote stays with its job: it is what tells whether the run was committed after all. */
async function cleanUpLoad(now: Parameters<typeof readStreamImage>[0], job: Job): Promise<void> {
  const image = readStreamImage(now);
  if (image?.type === 'job' && image.state === 'JobComplete') await dropMarker(deps, job);
}

/** As the stream says who deleted an item: DynamoDB itself, for its ttl. */
const DeletedByTtl = z.looseObject({ principalId: z.literal('dynamodb.amazonaws.com') });
const isExpiry = ({ userIdentity }: DynamoDBRecord): boolean => DeletedByTtl.safeParse(userIdentity).success;

export const handler = (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> =>
  eachRecord(event.Records, handle, deps.telemetry);
