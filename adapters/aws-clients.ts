import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { STSClient } from '@aws-sdk/client-sts';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { RoleClients } from './redshift/role-clients.ts';

type Credentials = ReturnType<typeof defaultProvider> | ReturnType<typeof fromEnv>;

/*
 * One client per service and process, made when first asked for: region, endpoint and credentials come from the environment
 * alone (AWS_REGION, AWS_ENDPOINT_URL, ...). Each attempt has a deadline, and there are at most three.
 */

let credentials: Credentials | undefined;
let dynamo: DynamoDBClient | undefined;
let redshift: RedshiftDataClient | undefined;
let s3: S3Client | undefined;

const options = (requestTimeout: number) => ({
  maxAttempts: 3,
  credentials: awsCredentials(),
  requestHandler: { connectionTimeout: 1000, requestTimeout, throwOnRequestTimeout: true },
});

/**
 * The one source of all clients. A Lambda has its credentials in the environment and its bundle holds no way to others; for
 * everybody else it is the SDK's chain, which reads the environment first, remembers, and refreshes what expires.
 */
export const awsCredentials = (): Credentials =>
  (credentials ??= process.env.AWS_LAMBDA_FUNCTION_NAME === undefined ? defaultProvider() : fromEnv());

export const dynamoClient = (): DynamoDBClient => (dynamo ??= new DynamoDBClient(options(3000)));

export const redshiftClient = (): RedshiftDataClient => (redshift ??= new RedshiftDataClient(options(8000)));

/** Of a call that waits for a statement, up to 20 s. */
const waitingTimeout = 25_000;

/** For calls that wait for a statement. */
export const waitingRedshiftClient = (): RedshiftDataClient => new RedshiftDataClient(options(waitingTimeout));

/** Clients that act in a role of a tenant. */
export const roleClients = (session: string, requestTimeout = 8000): RoleClients =>
  new RoleClients(new STSClient(options(3000)), session, options(requestTimeout));

export const waitingRoleClients = (session: string): RoleClients => roleClients(session, waitingTimeout);

/** An endpoint of our own is one host for all buckets: their names are then in the path. */
export const s3Client = (): S3Client =>
  (s3 ??= new S3Client({ ...options(8000), forcePathStyle: s3Endpoint() !== undefined }));

/** The endpoint that stands in for S3, if one does; undefined on AWS. */
export const s3Endpoint = (): string | undefined =>
  process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL ?? undefined;
