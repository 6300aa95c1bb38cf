import type { LambdaName } from '../../contract/environments.ts';

/**
 * What a permission reaches:
 * - `key items`, `tenant items`, `admission items`: items of the table by their partition key (`KEY#*`, `TENANT#*`, `ADMISSION`)
 * - `unfinished index`: the sparse index, `WAITING`, `RETRYING` and `RUNNING`
 * - `results`: objects under `results/`; `results listing`: the bucket, listed under `results/`
 * - `uploads`, `uploads listing`: the same of `uploads/`
 * - `statements`: statements that start-jobs submitted (the Data API knows no ARN for a statement)
 * - `own statements`: statements that the Lambda itself submitted
 * - `warehouse`: the workgroup or cluster, together with what is needed to enter it
 */
export type Reach =
  | 'key items'
  | 'tenant items'
  | 'admission items'
  | 'unfinished index'
  | 'results'
  | 'results listing'
  | 'uploads'
  | 'uploads listing'
  | 'statements'
  | 'own statements'
  | 'warehouse';

export interface Permission {
  on: Reach;
  actions: readonly string[];
}

/**
 * The IAM actions of each Lambda's role, beside its own log group, tracing and event sources: exactly the calls that its code
 * makes. A transaction needs the actions of the writes in it; an update creates what isn't there.
 */
export const permissions: Readonly<Record<LambdaName, readonly Permission[]>> = {
  authorizer: [{ on: 'key items', actions: ['dynamodb:GetItem'] }],
  'jobs-api': [
    {
      on: 'tenant items',
      actions: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'],
    },
    { on: 'unfinished index', actions: ['dynamodb:Query'] },
    // The presigned URLs are signed by this role: they reach what it reaches.
    { on: 'results', actions: ['s3:GetObject'] },
    // Of a load that failed, what was uploaded was not processed.
    { on: 'uploads', actions: ['s3:GetObject'] },
    // For ?include=progress; and without it S3 would answer 403 instead of 404 for a result that is gone.
    { on: 'results listing', actions: ['s3:ListBucket'] },
    // To close a load with what was uploaded.
    { on: 'uploads listing', actions: ['s3:ListBucket', 's3:ListBucketMultipartUploads'] },
  ],
  'uploads-api': [
    {
      on: 'tenant items',
      actions: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    },
    {
      on: 'uploads',
      // Clients upload by URLs that this role signs: PutObject is theirs too.
      actions: ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:ListMultipartUploadParts', 's3:PutObject'],
    },
    { on: 'uploads listing', actions: ['s3:ListBucket', 's3:ListBucketMultipartUploads'] },
  ],
  'queries-api': [
    // Keys of repeats, and the job that a query which takes too long goes on as.
    { on: 'tenant items', actions: ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'] },
    { on: 'unfinished index', actions: ['dynamodb:Query'] },
    { on: 'warehouse', actions: ['redshift-data:ExecuteStatement'] },
    {
      on: 'own statements',
      actions: ['redshift-data:CancelStatement', 'redshift-data:DescribeStatement', 'redshift-data:GetStatementResult'],
    },
  ],
  'public-api': [],
  'start-jobs': [
    { on: 'tenant items', actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'] },
    { on: 'admission items', actions: ['dynamodb:UpdateItem'] },
    { on: 'unfinished index', actions: ['dynamodb:Query'] },
    {
      on: 'warehouse',
      actions: ['redshift-data:BatchExecuteStatement', 'redshift-data:DescribeTable', 'redshift-data:ExecuteStatement'],
    },
    {
      on: 'statements',
      // The list is for a load whose submission is repeated and can't be: whether it has been submitted.
      actions: ['redshift-data:CancelStatement', 'redshift-data:DescribeStatement', 'redshift-data:ListStatements'],
    },
    // The beginning of each file of a load; an array of JSON is written again as lines.
    { on: 'uploads', actions: ['s3:GetObject', 's3:PutObject'] },
  ],
  'finish-jobs': [
    { on: 'tenant items', actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'] },
    { on: 'admission items', actions: ['dynamodb:UpdateItem'] },
    { on: 'results', actions: ['s3:GetObject', 's3:PutObject'] },
    { on: 'results listing', actions: ['s3:ListBucket'] },
    { on: 'statements', actions: ['redshift-data:DescribeStatement'] },
  ],
  'sweep-jobs': [
    { on: 'tenant items', actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'] },
    { on: 'admission items', actions: ['dynamodb:Query', 'dynamodb:UpdateItem'] },
    { on: 'unfinished index', actions: ['dynamodb:Query'] },
    { on: 'results', actions: ['s3:GetObject', 's3:PutObject'] },
    { on: 'results listing', actions: ['s3:ListBucket'] },
    { on: 'statements', actions: ['redshift-data:CancelStatement', 'redshift-data:DescribeStatement'] },
  ],
  'clean-up': [
    { on: 'tenant items', actions: ['dynamodb:DeleteItem', 'dynamodb:PutItem'] },
    { on: 'results', actions: ['s3:DeleteObject'] },
    { on: 'results listing', actions: ['s3:ListBucket'] },
    { on: 'uploads', actions: ['s3:DeleteObject'] },
    { on: 'uploads listing', actions: ['s3:ListBucket'] },
    // The marker of a load that is complete.
    { on: 'warehouse', actions: ['redshift-data:ExecuteStatement'] },
  ],
};
