import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnNamespace, CfnWorkgroup } from 'aws-cdk-lib/aws-redshiftserverless';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { identityText, type TenantIdentity } from '../../contract/tenant-identity.ts';
import type { WarehouseConfig } from '../config.ts';
import { acknowledge } from './acknowledge.ts';
import type { ServiceFunction } from './service-function.ts';
import { tenantCredentials, type TenantCredentials } from './tenant-credentials.ts';
import type { UnloadRole } from './unload-role.ts';

/** The part of an environment that says where statements run; '' means not set. */
export interface WarehouseEnvironment {
  SPECTRA_REDSHIFT_DATABASE: string;
  SPECTRA_REDSHIFT_WORKGROUP: string;
  SPECTRA_REDSHIFT_CLUSTER: string;
  SPECTRA_REDSHIFT_DB_USER: string;
  SPECTRA_REDSHIFT_SECRET_ARN: string;
  SPECTRA_TENANT_IDENTITY: string;
}

export interface WarehouseProps {
  config: WarehouseConfig;
  identity: TenantIdentity;
  deployment: string;
  unloadRole: UnloadRole;
  keepData: boolean;
}

/** How one function gets into the warehouse: the Data API's target, and the call that yields the database credentials. */
interface Entry {
  target: string;
  credentials: { actions: string[]; resources: string[] };
}

/** An existing workgroup or cluster, or a small one of the stack's own for a trial: its environment and its grants. */
export class Warehouse extends Construct {
  readonly environment: WarehouseEnvironment;
  /** What UNLOAD writes with here. */
  readonly unloadRoleArn: string;
  /** As whom statements run. */
  readonly identity: TenantIdentity;
  readonly #entry: Entry;
  readonly #tenants: TenantCredentials | undefined;
  readonly #anyWorkgroup: boolean;

  constructor(scope: Construct, id: string, { config, identity, deployment, unloadRole, keepData }: WarehouseProps) {
    super(scope, id);
    this.unloadRoleArn = unloadRole.arn;
    this.identity = identity;
    this.#tenants = tenantCredentials(this, identity, config);
    const common = {
      SPECTRA_REDSHIFT_DATABASE: config.database,
      SPECTRA_REDSHIFT_WORKGROUP: '',
      SPECTRA_REDSHIFT_CLUSTER: '',
      SPECTRA_REDSHIFT_DB_USER: '',
      SPECTRA_REDSHIFT_SECRET_ARN: '',
      SPECTRA_TENANT_IDENTITY: identityText(identity),
    };
    this.#anyWorkgroup = config.kind === 'workgroup' && config.id === undefined;
    switch (config.kind) {
      case 'workgroup': {
        const target = this.#workgroupArn(config.id ?? '*');
        this.environment = {
          ...common,
          SPECTRA_REDSHIFT_WORKGROUP: config.name,
          SPECTRA_REDSHIFT_SECRET_ARN: config.secretArn ?? '',
        };
        this.#entry = {
          target,
          credentials: config.secretArn === undefined ? ownIdentity(target) : secret(config.secretArn),
        };
        break;
      }
      case 'cluster': {
        const target = this.#redshiftArn('cluster', config.name);
        this.environment = { ...common, SPECTRA_REDSHIFT_CLUSTER: config.name, ...clusterEntry(config.entry) };
        this.#entry = { target, credentials: this.#clusterCredentials(config) };
        break;
      }
      case 'trial': {
        const { workgroup, secretArn } = this.#trial(deployment, config.database, unloadRole, keepData);
        this.environment = {
          ...common,
          SPECTRA_REDSHIFT_WORKGROUP: workgroup.workgroupName,
          SPECTRA_REDSHIFT_SECRET_ARN: secretArn,
        };
        this.#entry = { target: workgroup.attrWorkgroupWorkgroupArn, credentials: secret(secretArn) };
        break;
      }
    }
  }

  /** Lets a function submit statements, and get the credentials that this takes. */
  grantSubmit(fn: ServiceFunction, actions: readonly string[]): void {
    const tenants = this.#tenants;
    // A role of a tenant brings its own permission to run statements.
    const runs = this.identity.kind !== 'role';
    if (runs) fn.allow(actions, [this.#entry.target]);
    if (tenants === undefined) {
      fn.allow(this.#entry.credentials.actions, this.#entry.credentials.resources);
    } else {
      fn.allow([tenants.action], tenants.resources);
      acknowledge(fn.role, {
        [`AwsSolutions-IAM5[Resource::${tenants.finding}]`]:
          'Tenants come and go without a deployment; what stands around the wildcard narrows it to their identities.',
      });
    }
    if (!runs || !this.#anyWorkgroup) return;
    acknowledge(fn.role, {
      [`AwsSolutions-IAM5[Resource::${this.#workgroupArn('*', true)}]`]:
        'The ARN of a workgroup holds its id, not its name: SPECTRA_REDSHIFT_WORKGROUP_ID narrows this to the one in use.',
    });
  }

  #clusterCredentials(config: Extract<WarehouseConfig, { kind: 'cluster' }>): Entry['credentials'] {
    if ('secretArn' in config.entry) return secret(config.entry.secretArn);
    return {
      actions: ['redshift:GetClusterCredentials'],
      resources: [
        this.#redshiftArn('dbuser', `${config.name}/${config.entry.dbUser}`),
        this.#redshiftArn('dbname', `${config.name}/${config.database}`),
      ],
    };
  }

  #redshiftArn(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({
      service: 'redshift',
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  #workgroupArn(id: string, asNagReadsIt = false): string {
    if (asNagReadsIt) return `arn:<AWS::Partition>:redshift-serverless:<AWS::Region>:<AWS::AccountId>:workgroup/${id}`;
    return Stack.of(this).formatArn({ service: 'redshift-serverless', resource: 'workgroup', resourceName: id });
  }

  #trial(deployment: string, database: string, unloadRole: UnloadRole, keepData: boolean) {
    const admin = new Secret(this, 'Admin', {
      description: `Database administrator of ${deployment}-trial`,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: 'spectra_admin' }),
        generateStringKey: 'password',
        passwordLength: 32,
        excludePunctuation: true,
        requireEachIncludedType: true,
      },
      removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    acknowledge(admin, {
      'AwsSolutions-SMG4': 'A trial is thrown away before a password of 32 random characters gets old.',
    });
    const namespace = new CfnNamespace(this, 'Namespace', {
      namespaceName: `${deployment}-trial`,
      dbName: database,
      adminUsername: admin.secretValueFromJson('username').unsafeUnwrap(),
      adminUserPassword: admin.secretValueFromJson('password').unsafeUnwrap(),
      iamRoles: [unloadRole.arn],
      logExports: ['userlog', 'connectionlog', 'useractivitylog'],
    });
    namespace.applyRemovalPolicy(keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    const workgroup = new CfnWorkgroup(this, 'Workgroup', {
      workgroupName: `${deployment}-trial`,
      namespaceName: namespace.namespaceName,
      baseCapacity: 8,
      maxCapacity: 8,
      publiclyAccessible: false,
      enhancedVpcRouting: false,
    });
    workgroup.addResourceDependency(namespace);
    workgroup.applyRemovalPolicy(keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    return { workgroup, secretArn: admin.secretArn };
  }
}

const ownIdentity = (workgroupArn: string) => ({
  actions: ['redshift-serverless:GetCredentials'],
  resources: [workgroupArn],
});
const secret = (arn: string) => ({ actions: ['secretsmanager:GetSecretValue'], resources: [arn] });
const clusterEntry = (entry: { dbUser: string } | { secretArn: string }) =>
  'dbUser' in entry ? { SPECTRA_REDSHIFT_DB_USER: entry.dbUser } : { SPECTRA_REDSHIFT_SECRET_ARN: entry.secretArn };
