import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';

const KeySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })).min(1);
const Throughput = z.object({ ReadCapacityUnits: z.coerce.number(), WriteCapacityUnits: z.coerce.number() });
const Projection = z.object({
  ProjectionType: z.enum(['ALL', 'INCLUDE', 'KEYS_ONLY']).default('ALL'),
  NonKeyAttributes: z.array(z.string()).optional(),
});
const Index = z.object({ IndexName: z.string(), KeySchema, Projection });

/** The properties of AWS::DynamoDB::Table that DynamoDB Local knows; the rest (backups, encryption, tags) is dropped. */
export const TableProperties = z.object({
  TableName: z.string(),
  KeySchema,
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  BillingMode: z.enum(['PAY_PER_REQUEST', 'PROVISIONED']).optional(),
  ProvisionedThroughput: Throughput.optional(),
  GlobalSecondaryIndexes: z.array(Index.extend({ ProvisionedThroughput: Throughput.optional() })).optional(),
  LocalSecondaryIndexes: z.array(Index).optional(),
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']) })
    .optional(),
  TimeToLiveSpecification: z
    .object({ AttributeName: z.string().optional(), Enabled: z.stringbool().or(z.boolean()) })
    .optional(),
});
export type TableProperties = z.infer<typeof TableProperties>;

export interface CreatedTable {
  tableName: string;
  /** DynamoDB Local's own: its region is `ddblocal` */
  tableArn: string;
  /** undefined without a stream */
  streamArn: string | undefined;
  /** undefined without time to live */
  ttlAttribute: string | undefined;
  /** partition key, then sort key */
  keyAttributes: string[];
}

/**
 * Creates a table from the resolved properties of an AWS::DynamoDB::Table; one that exists is left as it is.
 * @throws ZodError when the properties are not a table's
 */
export async function createTable(client: DynamoDBClient, properties: unknown): Promise<CreatedTable> {
  const table = TableProperties.parse(properties);
  try {
    await client.send(new CreateTableCommand(request(table)));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  const ttl = table.TimeToLiveSpecification;
  const ttlAttribute = ttl?.Enabled === true ? ttl.AttributeName : undefined;
  if (ttlAttribute !== undefined) await enableTtl(client, table.TableName, ttlAttribute);
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table.TableName }));
  return {
    tableName: table.TableName,
    tableArn: Table?.TableArn ?? '',
    streamArn: Table?.LatestStreamArn,
    ttlAttribute,
    keyAttributes: table.KeySchema.map(({ AttributeName }) => AttributeName),
  };
}

function request(table: TableProperties): CreateTableCommandInput {
  const { StreamSpecification: stream } = table;
  // Time to live is switched on by a call of its own.
  const rest = { ...table, StreamSpecification: undefined, TimeToLiveSpecification: undefined };
  return {
    ...withoutUndefined(rest),
    BillingMode: table.BillingMode ?? 'PROVISIONED',
    ...(stream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: stream.StreamViewType } } : {}),
  } as CreateTableCommandInput;
}

const withoutUndefined = (value: object): object => JSON.parse(JSON.stringify(value)) as object;

async function enableTtl(client: DynamoDBClient, TableName: string, AttributeName: string): Promise<void> {
  const { TimeToLiveDescription: current } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  if (current?.AttributeName === AttributeName && current.TimeToLiveStatus === 'ENABLED') return;
  const TimeToLiveSpecification = { AttributeName, Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
}
