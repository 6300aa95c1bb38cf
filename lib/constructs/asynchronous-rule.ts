import type { Duration } from 'aws-cdk-lib';
import { type EventPattern, Rule, type Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { EventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { ServiceFunction } from './service-function.ts';

export interface AsynchronousRuleProps {
  on: { eventPattern: EventPattern } | { schedule: Schedule };
  description: string;
  fn: ServiceFunction;
  deadLetters: DeadLetters;
  /** How often EventBridge, and then Lambda, tries again (Lambda at most twice). */
  retries: number;
  /** How long an event may wait; 60 s to 6 h. */
  maxEventAge: Duration;
}

/**
 * An EventBridge rule that calls a function asynchronously. Both hands have a bound and the same dead letters: EventBridge's
 * for events that it could not hand over, Lambda's for those that the function failed on.
 */
export class AsynchronousRule extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { on, description, fn, deadLetters, retries, maxEventAge }: AsynchronousRuleProps,
  ) {
    super(scope, id);
    const target = new LambdaFunction(fn.lambda, {
      deadLetterQueue: deadLetters.queue,
      retryAttempts: retries,
      maxEventAge,
    });
    new Rule(this, 'Rule', { ...on, description, targets: [target] });
    new EventInvokeConfig(this, 'Invocations', {
      function: fn.lambda,
      retryAttempts: Math.min(retries, 2),
      maxEventAge,
      onFailure: deadLetters.destinationFor(fn),
    });
    acknowledge(fn, {
      'Serverless-LambdaDLQ':
        'Has a failure destination instead, which also keeps the error and the number of attempts.',
    });
  }
}
