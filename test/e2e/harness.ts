import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { noLimits } from '../../local/no-limits.ts';
import { type LocalAws, type LocalOptions, startLocal } from '../../local/start.ts';
import { Client } from './support/client.ts';
import { Warehouse } from './support/warehouse.ts';

export { Client, until } from './support/client.ts';

/** A running service, what stands under it, and callers of it. */
export interface Service {
  /** Only for what no client can do: lose events, deliver again, run schedules, kill, count. */
  aws: LocalAws;
  warehouse: Warehouse;
  table: { name: string; client: DynamoDBClient };
  /** Calls as the tenant `demo`. */
  demo: Client;
  /** A new key of a tenant, and who calls with it. */
  tenant: (tenantId: string, permissions?: readonly string[]) => Promise<Client>;
  /** A caller without a credential, or with these headers. */
  anybody: (headers?: Readonly<Record<string, string>>) => Client;
  /** Keys of the result bucket below a prefix. */
  objects: (prefix: string) => Promise<string[]>;
  /** What the functions wrote since the start. */
  logs: readonly string[];
  workDir: string;
  stop: () => Promise<void>;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** For suites that look at the pages: to build them takes a while for each set of settings. */
export const withPages = { SPECTRA_PAGES: 'true' };

/** Starts the whole service from its template, without limits and pages unless `settings` say so; one per test file. */
export async function startService(asked: LocalOptions = {}): Promise<Service> {
  const options = { ...asked, settings: { SPECTRA_PAGES: 'false', ...noLimits, ...asked.settings } };
  const logs: string[] = [];
  const workDir = await mkdtemp(join(tmpdir(), 'spectra-e2e-'));
  const aws = await startLocal({ ...options, log: ({ source, text }) => logs.push(`[${source}] ${text}`) });
  const place = { endpoint: aws.awsEndpointUrl, region: aws.region, credentials: aws.credentials };
  const redshift = new RedshiftDataClient(place);
  const s3 = new S3Client({ ...place, forcePathStyle: true });
  const dynamo = new DynamoDBClient(place);
  const { apiUrl } = aws;
  const tenant: Service['tenant'] = async (tenantId, permissions) =>
    new Client({ apiUrl, tenantId, headers: bearer(await aws.createApiKey(tenantId, permissions)) });
  return {
    aws,
    logs,
    workDir,
    tenant,
    warehouse: new Warehouse(redshift),
    table: { name: aws.outputs.TableName ?? '', client: dynamo },
    demo: new Client({ apiUrl, tenantId: aws.tenantId, headers: bearer(aws.apiKey) }),
    anybody: (headers = {}) => new Client({ apiUrl, headers }),
    objects: async (Prefix) => {
      const list = new ListObjectsV2Command({ Bucket: aws.outputs.BucketName ?? '', Prefix });
      const { Contents = [] } = await s3.send(list);
      return Contents.map(({ Key = '' }) => Key);
    },
    stop: async () => {
      [redshift, s3, dynamo].forEach((client) => client.destroy());
      await aws.stop();
      await rm(workDir, { recursive: true, force: true });
    },
  };
}
