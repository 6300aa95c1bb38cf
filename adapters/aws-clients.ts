import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';

const milliseconds = (connectionTimeout: number, requestTimeout: number) => ({
  maxAttempts: 3,
  requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
});

let dynamo: DynamoDBClient | undefined;
let redshift: RedshiftDataClient | undefined;
let s3: S3Client | undefined;

/*
 * One client per service and process, made when first asked for: region, endpoint and credentials come from the environment
 * alone (AWS_REGION, AWS_ENDPOINT_URL, ...). Each attempt has a deadline, and there are at most three.
 */

export const dynamoClient = (): DynamoDBClient => (dynamo ??= new DynamoDBClient(milliseconds(1000, 3000)));

export const redshiftClient = (): RedshiftDataClient => (redshift ??= new RedshiftDataClient(milliseconds(1000, 8000)));

export const s3Client = (): S3Client =>
  (s3 ??= new S3Client({ ...milliseconds(1000, 8000), forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined }));
