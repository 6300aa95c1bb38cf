import * as z from 'zod';
import { flag, jsonObject, numeric } from './scalars.ts';

/** `AWS::Lambda::Function`. Sizes in MB, timeout in seconds. */
export const LambdaFunctionProperties = z.object({
  FunctionName: z.string().optional(),
  Handler: z.string(),
  Runtime: z.string().regex(/^nodejs/, 'only Node functions are run locally'),
  Code: z.union([z.object({ S3Key: z.string() }), z.object({ ZipFile: z.string() })]),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).default({ Variables: {} }),
  MemorySize: numeric.default(128),
  Timeout: numeric.default(3),
  ReservedConcurrentExecutions: numeric.optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
  Layers: z.array(z.unknown()).max(0, 'layers are not run locally: bundle what the function needs').default([]),
});
export type LambdaFunctionProperties = z.infer<typeof LambdaFunctionProperties>;

const Destination = z.object({ Destination: z.string() });

/** `AWS::Lambda::EventInvokeConfig`: what happens to asynchronous invocations that fail. */
export const EventInvokeConfigProperties = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: numeric.default(2),
  MaximumEventAgeInSeconds: numeric.default(21_600),
  DestinationConfig: z.object({ OnFailure: Destination.optional(), OnSuccess: Destination.optional() }).default({}),
});
export type EventInvokeConfigProperties = z.infer<typeof EventInvokeConfigProperties>;

/** `AWS::Lambda::EventSourceMapping` on a DynamoDB stream or an SQS queue. -1 means without limit, as in AWS. */
export const EventSourceMappingProperties = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: flag.default(true),
  StartingPosition: z.enum(['LATEST', 'TRIM_HORIZON']).optional(),
  BatchSize: numeric.optional(),
  MaximumBatchingWindowInSeconds: numeric.default(0),
  BisectBatchOnFunctionError: flag.default(false),
  MaximumRetryAttempts: numeric.default(-1),
  MaximumRecordAgeInSeconds: numeric.default(-1),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  FilterCriteria: z
    .object({ Filters: z.array(z.object({ Pattern: jsonObject })).default([]) })
    .default({ Filters: [] }),
  DestinationConfig: z.object({ OnFailure: Destination.optional() }).default({}),
});
export type EventSourceMappingProperties = z.infer<typeof EventSourceMappingProperties>;
