import type { EnvironmentOf } from '../../contract/environments.ts';

type WarehouseSettings = Pick<
  EnvironmentOf<'start-jobs'>,
  | 'SPECTRA_REDSHIFT_DATABASE'
  | 'SPECTRA_REDSHIFT_WORKGROUP'
  | 'SPECTRA_REDSHIFT_CLUSTER'
  | 'SPECTRA_REDSHIFT_DB_USER'
  | 'SPECTRA_REDSHIFT_SECRET_ARN'
>;

/** Where statements run and as whom. On Serverless the database user follows from the caller's role, unless a secret names one. */
export type WarehouseTarget = { database: string } & (
  | { kind: 'workgroup'; workgroup: string; secret_arn?: string }
  | { kind: 'cluster_user'; cluster: string; db_user: string }
  | { kind: 'cluster_secret'; cluster: string; secret_arn: string }
);

/** Error: neither or both of workgroup and cluster, or a cluster without exactly one of database user and secret. */
export function warehouseTarget(settings: WarehouseSettings): WarehouseTarget {
  const {
    SPECTRA_REDSHIFT_DATABASE: database,
    SPECTRA_REDSHIFT_WORKGROUP: workgroup,
    SPECTRA_REDSHIFT_CLUSTER: cluster,
    SPECTRA_REDSHIFT_DB_USER: db_user,
    SPECTRA_REDSHIFT_SECRET_ARN: secret_arn,
  } = settings;
  if ((workgroup === '') === (cluster === ''))
    throw new Error('Set one of SPECTRA_REDSHIFT_WORKGROUP and SPECTRA_REDSHIFT_CLUSTER');
  if (workgroup !== '') return { kind: 'workgroup', database, workgroup, ...(secret_arn !== '' && { secret_arn }) };
  if ((db_user === '') === (secret_arn === ''))
    throw new Error('A cluster is entered as SPECTRA_REDSHIFT_DB_USER or with SPECTRA_REDSHIFT_SECRET_ARN');
  return secret_arn === ''
    ? { kind: 'cluster_user', database, cluster, db_user }
    : { kind: 'cluster_secret', database, cluster, secret_arn };
}

/** The target as the Data API's requests name it. */
export function targetInput(target: WarehouseTarget) {
  const Database = target.database;
  switch (target.kind) {
    case 'workgroup': {
      const secret = target.secret_arn === undefined ? {} : { SecretArn: target.secret_arn };
      return { Database, WorkgroupName: target.workgroup, ...secret };
    }
    case 'cluster_user':
      return { Database, ClusterIdentifier: target.cluster, DbUser: target.db_user };
    case 'cluster_secret':
      return { Database, ClusterIdentifier: target.cluster, SecretArn: target.secret_arn };
  }
}
