import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface JobTableProps {
  /** Whether the table outlives the stack; it is then also protected from deletion. */
  keepData: boolean;
}

/** The index of unfinished jobs: sparse, its size is the number of jobs that wait or run. */
export const unfinishedIndex = 'unfinished';

/**
 * The one table: jobs, requests, keys, admission. Encrypted with the key that DynamoDB owns, which costs nothing and needs no
 * grants; docs/adr/0020-infra-encryption.md says why no key of our own.
 */
export class JobTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { keepData }: JobTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'ttl',
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      encryption: TableEncryption.DEFAULT,
      deletionProtection: keepData,
      removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: unfinishedIndex,
      partitionKey: { name: 'unfinished', type: AttributeType.STRING },
      sortKey: { name: 'unfinished_order', type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [
        'type',
        'tenant_id',
        'job_id',
        'state',
        'attempt',
        'statement_id',
        'queued_at',
        'started_at',
        'desired_state',
        'updated_at',
        'operation',
        'content_type',
      ],
    });
  }
}
