import type { IncomingMessage } from 'node:http';
import { claimOf } from './access-keys.ts';

/** The services behind the endpoint. */
export type AwsService =
  | 'cloudformation'
  | 'dynamodb'
  | 'dynamodb-streams'
  | 'events'
  | 'lambda'
  | 'logs'
  | 'monitoring'
  | 'redshift-data'
  | 's3'
  | 'sqs'
  | 'ssm'
  | 'sts';

/** What a request is about. */
export interface AwsRequest {
  service: AwsService;
  /** e.g. `PutItem`; `` where it is only known from the body */
  operation: string;
  /** undefined when the request is not signed */
  accessKeyId: string | undefined;
  presigned: boolean;
}

const targets: Readonly<Record<string, AwsService>> = {
  AWSEvents: 'events',
  AmazonSQS: 'sqs',
  AmazonSSM: 'ssm',
  DynamoDBStreams_20120810: 'dynamodb-streams',
  DynamoDB_20120810: 'dynamodb',
  GraniteServiceVersion20100801: 'monitoring',
  Logs_20140328: 'logs',
  RedshiftData: 'redshift-data',
};
const scopes: ReadonlySet<string> = new Set([
  'cloudformation',
  'sts',
  'monitoring',
  'logs',
  'lambda',
  'events',
  'sqs',
  'dynamodb',
  'redshift-data',
]);

/** Finds the service by `X-Amz-Target`, path or credential scope; what none of them names is for S3. */
export function readAwsRequest(incoming: IncomingMessage): AwsRequest {
  const claim = claimOf(incoming);
  const signer = { accessKeyId: claim?.accessKeyId, presigned: claim?.presigned ?? false };
  const url = incoming.url ?? '/';
  const [prefix = '', name = ''] = String(incoming.headers['x-amz-target'] ?? '').split('.');
  const rpc = /^\/service\/([^/]+)\/operation\/([^/?]+)/.exec(url);
  const service = targets[prefix] ?? targets[rpc?.[1] ?? ''];
  if (service !== undefined) return { service, operation: name || (rpc?.[2] ?? ''), ...signer };
  if (url.startsWith('/2015-03-31/functions/')) return { service: 'lambda', operation: 'Invoke', ...signer };
  if (claim !== undefined && isScope(claim.service)) return { service: claim.service, operation: '', ...signer };
  return { service: 's3', operation: s3Operation(incoming), ...signer };
}

function isScope(service: string): service is AwsService {
  return scopes.has(service);
}

/** Names an S3 operation by method and path, for counting only. */
function s3Operation({ method = 'GET', url = '/', headers }: IncomingMessage): string {
  const [path = '/', search = ''] = url.split('?');
  const query = new URLSearchParams(search);
  const level = path.split('/').filter((part) => part !== '').length;
  if (level === 0) return 'ListBuckets';
  const plain: Readonly<Record<string, string>> =
    level === 1
      ? { GET: 'ListObjectsV2', HEAD: 'HeadBucket', PUT: 'CreateBucket', DELETE: 'DeleteBucket', POST: 'DeleteObjects' }
      : { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject', POST: 'PostObject' };
  if (query.has('uploads')) return method === 'POST' ? 'CreateMultipartUpload' : 'ListMultipartUploads';
  if (query.has('uploadId')) {
    if (method === 'PUT') return headers['x-amz-copy-source'] === undefined ? 'UploadPart' : 'UploadPartCopy';
    return { POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' }[method] ?? 'ListParts';
  }
  if (method === 'PUT' && headers['x-amz-copy-source'] !== undefined) return 'CopyObject';
  return plain[method] ?? method;
}
