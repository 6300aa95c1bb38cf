import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { acknowledge } from './acknowledge.ts';
import { unfinishedIndex } from './job-table.ts';
import { type Permission, permissions, type Reach } from './permissions.ts';
import { resultsPrefix, uploadsPrefix } from './result-bucket.ts';
import type { ServiceFunction } from './service-function.ts';
import type { Warehouse } from './warehouse.ts';

/** What the functions are granted parts of. */
export interface Resources {
  table: Table;
  bucket: Bucket;
  warehouse: Warehouse;
  deployment: string;
  /** The unique id (AROA...) of the role that submits statements. */
  submitterRoleId: string;
}

const leadingKeys = (...keys: string[]) => ({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } });

/** Writes a function's part of the permission table into its role. */
export function grantPermissions(fn: ServiceFunction, resources: Resources): void {
  for (const permission of permissions[fn.name]) reaches[permission.on](fn, permission, resources);
}

const reaches: Record<Reach, (fn: ServiceFunction, permission: Permission, resources: Resources) => void> = {
  'key items': (fn, { actions }, { table }) => fn.allow(actions, [table.tableArn], leadingKeys('KEY#*')),
  'tenant items': (fn, { actions }, { table }) => fn.allow(actions, [table.tableArn], leadingKeys('TENANT#*')),
  'admission items': (fn, { actions }, { table }) => fn.allow(actions, [table.tableArn], leadingKeys('ADMISSION')),
  'unfinished index': (fn, { actions }, { table }) =>
    fn.allow(actions, [`${table.tableArn}/index/${unfinishedIndex}`], leadingKeys('WAITING', 'RETRYING', 'RUNNING')),
  results: (fn, { actions }, { bucket }) => allowObjects(fn, actions, bucket, resultsPrefix),
  'results listing': (fn, { actions }, { bucket }) => allowListing(fn, actions, bucket, resultsPrefix),
  uploads: (fn, { actions }, { bucket }) => allowObjects(fn, actions, bucket, uploadsPrefix),
  'uploads listing': (fn, { actions }, { bucket }) => allowListing(fn, actions, bucket, uploadsPrefix),
  statements: (fn, { actions }, resources) => allowStatements(fn, actions, resources, resources.submitterRoleId),
  'own statements': (fn, { actions }, resources) => allowStatements(fn, actions, resources, fn.role.roleId),
  warehouse: (fn, { actions }, { warehouse }) => warehouse.grantSubmit(fn, actions),
};

function allowStatements(
  fn: ServiceFunction,
  actions: readonly string[],
  { warehouse, deployment }: Resources,
  ownerRoleId: string,
): void {
  // The user id of a statement submitted by a Lambda is `<unique id of the role>:<name of the function>`, and of one submitted
  // in the role of a tenant `<unique id of that role>:<name of the session>`, which is ours.
  const userId = warehouse.identity.kind === 'role' ? `*:${deployment}` : `${ownerRoleId}:*`;
  const owner = { 'redshift-data:statement-owner-iam-userid': userId };
  fn.allow(actions, ['*'], { StringLike: owner });
  acknowledge(fn.role, {
    'AwsSolutions-IAM5[Resource::*]':
      'X-Ray knows no resources; statements of the Redshift Data API have no ARN, the condition narrows them to our own.',
  });
}

function allowObjects(fn: ServiceFunction, actions: readonly string[], bucket: Bucket, prefix: string): void {
  fn.allow(actions, [bucket.arnForObjects(`${prefix}*`)]);
  const logicalId = bucket.stack.getLogicalId(bucket.node.defaultChild as never);
  acknowledge(fn.role, {
    [`AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${prefix}*]`]:
      'Objects have no ARN before they exist; the prefix holds what it is named after and nothing else.',
  });
}

/**
 * "IfExists": S3 answers 404 for an object that isn't there only to who may list, and a read names no prefix; with a plain
 * condition it would be 403. ListMultipartUploads knows no such key at all.
 */
function allowListing(fn: ServiceFunction, actions: readonly string[], bucket: Bucket, prefix: string): void {
  fn.allow(actions, [bucket.bucketArn], { StringLikeIfExists: { 's3:prefix': `${prefix}*` } });
}
