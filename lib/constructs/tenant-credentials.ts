import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { identityOf, type TenantIdentity } from '../../contract/tenant-identity.ts';
import type { WarehouseConfig } from '../config.ts';

/** What lets a function enter the warehouse as any of the tenants. */
export interface TenantCredentials {
  action: string;
  /** One with a wildcard in place of the tenant, and others. */
  resources: string[];
  /** The one with the wildcard, as cdk-nag names it. */
  finding: string;
}

/** Where tenants have identities of their own: which credentials that takes; undefined where all share one. */
export function tenantCredentials(
  scope: Construct,
  identity: TenantIdentity,
  warehouse: WarehouseConfig,
): TenantCredentials | undefined {
  const arn = (service: string, resource: string, resourceName: string) =>
    Stack.of(scope).formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  const asNagReadsIt = (service: string, resource: string, name: string) =>
    `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${resource}:${name}`;
  switch (identity.kind) {
    case 'shared':
      return undefined;
    case 'db_user': {
      const cluster = warehouse.kind === 'cluster' ? warehouse.name : '';
      const users = `${cluster}/${identityOf(identity.pattern, '*')}`;
      return {
        action: 'redshift:GetClusterCredentials',
        resources: [arn('redshift', 'dbuser', users), arn('redshift', 'dbname', `${cluster}/${warehouse.database}`)],
        finding: asNagReadsIt('redshift', 'dbuser', users),
      };
    }
    case 'secret': {
      // Secrets Manager puts a hyphen and six characters behind the name.
      const secrets = `${identityOf(identity.pattern, '*')}-??????`;
      return {
        action: 'secretsmanager:GetSecretValue',
        resources: [arn('secretsmanager', 'secret', secrets)],
        finding: asNagReadsIt('secretsmanager', 'secret', secrets),
      };
    }
    case 'role': {
      const roles = identityOf(identity.pattern, '*');
      return { action: 'sts:AssumeRole', resources: [roles], finding: roles };
    }
  }
}
