import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { ServiceFunction } from './service-function.ts';
import type { FilterPattern } from './stream-filters.ts';

export interface StreamTriggerProps {
  table: Table;
  fn: ServiceFunction;
  filters: Readonly<Record<string, FilterPattern>>;
  deadLetters: DeadLetters;
}

/** Calls a function for the table's changes that pass a filter; what keeps failing ends in the dead letters, soon and alone. */
export class StreamTrigger extends Construct {
  constructor(scope: Construct, id: string, { table, fn, filters, deadLetters }: StreamTriggerProps) {
    super(scope, id);
    const streamArn = table.tableStreamArn ?? '';
    fn.allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [streamArn]);
    fn.allow(['dynamodb:ListStreams'], [`${table.tableArn}/stream/*`]);
    acknowledge(fn.role, {
      [`AwsSolutions-IAM5[Resource::<${table.stack.getLogicalId(table.node.defaultChild as never)}.Arn>/stream/*]`]:
        "ListStreams is asked of a table: its streams are named by the time of their creation. Only this table's are allowed.",
    });
    new EventSourceMapping(this, 'Mapping', {
      target: fn.lambda,
      eventSourceArn: streamArn,
      // Nothing that happened while a deployment replaced the mapping may be lost.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 10,
      // Batches of one shard in parallel, changes of one partition key still in order.
      parallelizationFactor: 4,
      filters: Object.values(filters).map((pattern) => FilterCriteria.filter(pattern)),
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: 5,
      maxRecordAge: Duration.hours(1),
      onFailure: deadLetters.destinationFor(fn),
    });
  }
}
