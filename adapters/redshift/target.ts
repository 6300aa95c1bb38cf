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

/** Members of the Data API's requests that say where a statement runs and as whom. */
interface TargetInput {
  Database: string;
  WorkgroupName?: string;
  ClusterIdentifier?: string;
  DbUser?: string;
  SecretArn?: string;
}

/** Where, and not as whom. */
export const placeInput = (target: WarehouseTarget): TargetInput =>
  target.kind === 'workgroup'
    ? { Database: target.database, WorkgroupName: target.workgroup }
    : { Database: target.database, ClusterIdentifier: target.cluster };

/** The target as the Data API's requests name it, with the identity that all share. */
export function targetInput(target: WarehouseTarget): TargetInput {
  const place = placeInput(target);
  switch (target.kind) {
    case 'workgroup':
      return target.secret_arn === undefined ? place : { ...place, SecretArn: target.secret_arn };
    case 'cluster_user':
      return { ...place, DbUser: target.db_user };
    case 'cluster_secret':
      return { ...place, SecretArn: target.secret_arn };
  }
}
