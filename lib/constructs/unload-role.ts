import { ArnFormat, Stack } from 'aws-cdk-lib';
import { CompositePrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { identityOf, type TenantIdentity } from '../../contract/tenant-identity.ts';
import type { WarehouseConfig } from '../config.ts';
import { acknowledge } from './acknowledge.ts';
import { resultsPrefix, uploadsPrefix } from './result-bucket.ts';

export interface UnloadRoleProps {
  /** A role of the operator's own; the stack then makes none and grants nothing. */
  existingArn: string | undefined;
  bucket: Bucket;
  warehouse: WarehouseConfig;
  identity: TenantIdentity;
  deployment: string;
}

/**
 * The role that Redshift writes results and reads uploads with. It has to be attached to the warehouse once (docs/deploy.md), which a stack can't
 * do for a warehouse that it doesn't own.
 */
export class UnloadRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { existingArn, bucket, warehouse, identity, deployment }: UnloadRoleProps) {
    super(scope, id);
    if (existingArn !== undefined) {
      this.arn = existingArn;
      return;
    }
    const conditions = { StringLike: { 'sts:ExternalId': this.#databaseUsers(warehouse, identity, deployment) } };
    const role = new Role(this, 'Role', {
      description: 'Lets Redshift write the results of export jobs and read the uploads of loads',
      assumedBy: new CompositePrincipal(
        new ServicePrincipal('redshift.amazonaws.com', { conditions }),
        new ServicePrincipal('redshift-serverless.amazonaws.com', { conditions }),
      ),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
        resources: [bucket.arnForObjects(`${resultsPrefix}*`)],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects(`${uploadsPrefix}*`)] }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': [`${resultsPrefix}*`, `${uploadsPrefix}*`] } },
      }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['s3:GetBucketLocation'], resources: [bucket.bucketArn] }));
    const objects = `<${bucket.stack.getLogicalId(bucket.node.defaultChild as never)}.Arn>`;
    for (const prefix of [resultsPrefix, uploadsPrefix]) {
      acknowledge(role, {
        [`AwsSolutions-IAM5[Resource::${objects}/${prefix}*]`]:
          'Objects have no ARN before they exist; the prefix holds what it is named after and nothing else.',
      });
    }
    this.arn = role.roleArn;
  }

  /** Redshift sends the ARN of the database user as the external id: no other warehouse can borrow the role. */
  #databaseUsers(warehouse: WarehouseConfig, identity: TenantIdentity, deployment: string): string[] {
    const users = (name: string) =>
      Stack.of(this).formatArn({
        service: 'redshift',
        resource: 'dbuser',
        resourceName: name,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    switch (warehouse.kind) {
      case 'cluster':
        return [users(`${warehouse.name}/${clusterUsers(warehouse, identity)}`)];
      case 'workgroup':
        return this.#serverless(warehouse.name).map(users);
      case 'trial':
        return this.#serverless(`${deployment}-trial`).map(users);
    }
  }

  /** Documented as the workgroup's name; older workgroups call themselves `serverless-<account>-<workgroup>`. */
  #serverless(workgroup: string): string[] {
    return [`${workgroup}/*`, `serverless-${Stack.of(this).account}-${workgroup}/*`];
  }
}

function clusterUsers({ entry }: Extract<WarehouseConfig, { kind: 'cluster' }>, identity: TenantIdentity): string {
  if (identity.kind === 'db_user') return identityOf(identity.pattern, '*');
  return identity.kind === 'shared' && 'dbUser' in entry ? entry.dbUser : '*';
}
