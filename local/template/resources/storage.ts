import * as z from 'zod';
import { flag, numeric } from './scalars.ts';

/** `AWS::DynamoDB::Table`: what is read here; all other properties go to the engine as they are. */
export const TableProperties = z.looseObject({
  TableName: z.string().optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string().optional(), Enabled: flag }).optional(),
  StreamSpecification: z.object({ StreamViewType: z.string() }).optional(),
});
export type TableProperties = z.infer<typeof TableProperties>;

/** `AWS::S3::Bucket`: what is read here; all other properties are kept for the engine. */
export const BucketProperties = z.looseObject({ BucketName: z.string().optional() });
export type BucketProperties = z.infer<typeof BucketProperties>;

/** `AWS::SQS::Queue`. Times in seconds. */
export const QueueProperties = z.object({
  QueueName: z.string().optional(),
  FifoQueue: flag.optional(),
  ContentBasedDeduplication: flag.optional(),
  VisibilityTimeout: numeric.optional(),
  MessageRetentionPeriod: numeric.optional(),
  DelaySeconds: numeric.optional(),
  ReceiveMessageWaitTimeSeconds: numeric.optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: numeric }).optional(),
});
export type QueueProperties = z.infer<typeof QueueProperties>;
