import * as z from 'zod';
import { jsonObject, numeric } from './scalars.ts';

const RetryPolicy = z.object({
  MaximumRetryAttempts: numeric.default(185),
  MaximumEventAgeInSeconds: numeric.default(86_400),
});

/** One target of a rule. */
export const RuleTarget = z.object({
  Id: z.string(),
  Arn: z.string(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .object({ InputPathsMap: z.record(z.string(), z.string()).default({}), InputTemplate: z.string() })
    .optional(),
  RetryPolicy: RetryPolicy.optional(),
  DeadLetterConfig: z.object({ Arn: z.string() }).optional(),
  SqsParameters: z.object({ MessageGroupId: z.string() }).optional(),
});
export type RuleTarget = z.infer<typeof RuleTarget>;

/** `AWS::Events::Rule`: by pattern, on a schedule, or both. */
export const RuleProperties = z.object({
  Name: z.string().optional(),
  EventBusName: z.string().default('default'),
  EventPattern: jsonObject.optional(),
  ScheduleExpression: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).default('ENABLED'),
  Targets: z.array(RuleTarget).default([]),
});
export type RuleProperties = z.infer<typeof RuleProperties>;

/** `AWS::Scheduler::Schedule`; locally in UTC only. */
export const ScheduleProperties = z.object({
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.literal(['UTC', 'Etc/UTC']).default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Target: z.object({
    Arn: z.string(),
    Input: z.string().optional(),
    RetryPolicy: RetryPolicy.optional(),
    DeadLetterConfig: z.object({ Arn: z.string() }).optional(),
  }),
});
export type ScheduleProperties = z.infer<typeof ScheduleProperties>;
