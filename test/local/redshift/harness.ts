import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  RedshiftDataClient,
  type BatchExecuteStatementCommandInput,
  type DescribeStatementCommandOutput,
  type ExecuteStatementCommandInput,
  type Field,
} from '@aws-sdk/client-redshift-data';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { startRedshift, type Redshift, type RedshiftOptions } from '../../../local/redshift/start-redshift.ts';
import { startS3, type S3Server } from '../../../local/s3/start-s3.ts';

const region = 'us-east-1';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
export const bucket = 'results';

export type Value = string | number | boolean | null;

/** A running server with an S3 beside it, spoken to through the real SDK. */
export interface World {
  readonly redshift: Redshift;
  readonly client: RedshiftDataClient;
  readonly s3: S3Client;
  readonly s3Server: S3Server;
  /** Submits, waits for the end. */
  run(sql: string, more?: Partial<ExecuteStatementCommandInput>): Promise<DescribeStatementCommandOutput>;
  /** Submits statements together, waits for the end. */
  batch(sqls: string[], more?: Partial<BatchExecuteStatementCommandInput>): Promise<DescribeStatementCommandOutput>;
  /** All rows of a query that must succeed. */
  rows(sql: string, more?: Partial<ExecuteStatementCommandInput>): Promise<Value[][]>;
  keys(prefix?: string): Promise<string[]>;
  object(key: string): Promise<Buffer>;
  close(): Promise<void>;
}

export const target = { WorkgroupName: 'analytics', Database: 'dev' } as const;

export const fieldValue = (field: Field): Value =>
  field.isNull === true
    ? null
    : (field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue ?? null);

async function describeEnd(client: RedshiftDataClient, id: string): Promise<DescribeStatementCommandOutput> {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const described = await client.send(new DescribeStatementCommand({ Id: id, WaitTimeSeconds: 30 }));
    if (described.Status !== undefined && ['FINISHED', 'FAILED', 'ABORTED'].includes(described.Status))
      return described;
  }
  throw new Error(`${id} did not end`);
}

async function allRows(client: RedshiftDataClient, id: string): Promise<Value[][]> {
  const rows: Value[][] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new GetStatementResultCommand({ Id: id, NextToken }));
    rows.push(...(page.Records ?? []).map((record) => record.map(fieldValue)));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return rows;
}

export async function startWorld(
  options: Partial<RedshiftOptions> = {},
  { takesLocalFiles = false }: { takesLocalFiles?: boolean } = {},
): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), 'redshift-test-'));
  const s3Server = await startS3({
    dataDir,
    region,
    takesLocalFiles,
    credentials: (id) => (id === credentials.accessKeyId ? credentials.secretAccessKey : undefined),
  });
  const redshift = await startRedshift({
    s3: { endpoint: s3Server.endpoint, region, credentials, localFiles: s3Server.localFiles },
    ...options,
  });
  const client = new RedshiftDataClient({ endpoint: redshift.endpoint, region, credentials, maxAttempts: 1 });
  const s3 = new S3Client({ endpoint: s3Server.endpoint, region, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));

  const run: World['run'] = async (Sql, more) => {
    const { Id = '' } = await client.send(new ExecuteStatementCommand({ ...target, Sql, ...more }));
    return describeEnd(client, Id);
  };
  return {
    redshift,
    client,
    s3,
    s3Server,
    run,
    async batch(Sqls, more) {
      const { Id = '' } = await client.send(new BatchExecuteStatementCommand({ ...target, Sqls, ...more }));
      return describeEnd(client, Id);
    },
    async rows(sql, more) {
      const { Id = '', Status, Error: error } = await run(sql, more);
      if (Status !== 'FINISHED') throw new Error(`${String(Status)}: ${String(error)}`);
      return allRows(client, Id);
    },
    async keys(prefix = '') {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
      return Contents.map(({ Key = '' }) => Key);
    },
    async object(key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    async close() {
      client.destroy();
      s3.destroy();
      await redshift.close();
      await s3Server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
