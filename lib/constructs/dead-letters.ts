import { Duration } from 'aws-cdk-lib';
import type { IEventSourceDlq } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { ServiceFunction } from './service-function.ts';

/** Where one asynchronous path leaves what it gave up on. Looked at by an operator (docs/runbook.md), read by no code. */
export class DeadLetters extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      // The longest that SQS keeps a message.
      retentionPeriod: Duration.days(14),
      // A key of SQS itself, the one kind that EventBridge can write to without a key policy.
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    const reason = 'This is a dead-letter queue, of a path that does not start in SQS.';
    acknowledge(this.queue, { 'AwsSolutions-SQS3': reason, 'Serverless-SQSRedrivePolicy': reason });
  }

  /** As the destination of a stream or of asynchronous calls; the function's role is what sends. */
  destinationFor(fn: ServiceFunction): IEventSourceDlq & { bind: () => { destination: string } } {
    fn.allow(['sqs:SendMessage'], [this.queue.queueArn]);
    return { bind: () => ({ destination: this.queue.queueArn }) };
  }
}
