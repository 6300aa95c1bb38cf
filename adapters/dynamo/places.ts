import type { TransactWriteItem, Update } from '@aws-sdk/client-dynamodb';
import type { TenantId } from '../../contract/ids.ts';
import type { JobKey } from '../../core/jobs/job.ts';
import type { AdmissionLimits } from '../../core/ports.ts';
import { keys } from './records.ts';

/** How the cluster's set names a job. */
export const clusterHolder = (job: JobKey): string => `${job.tenant_id}/${job.job_id}`;

const typed = { names: { '#type': 'type' }, values: { ':type': { S: 'admission' } } };

/** An update of the cluster's item: every write keeps its type, by which the stream tells it. */
export function clusterUpdate(
  table: string,
  expression: { set?: string; rest: string },
  values: Update['ExpressionAttributeValues'],
): Update & { UpdateExpression: string } {
  return {
    TableName: table,
    Key: keys.cluster(),
    UpdateExpression: `SET #type = :type${expression.set ? `, ${expression.set}` : ''} ${expression.rest}`,
    ExpressionAttributeNames: typed.names,
    ExpressionAttributeValues: { ...typed.values, ...values },
  };
}

const tenantUpdate = (table: string, job: JobKey, action: 'ADD' | 'DELETE'): Update & { UpdateExpression: string } => ({
  TableName: table,
  Key: keys.tenant(job.tenant_id),
  UpdateExpression: `SET #type = :type ${action} holders :holders`,
  ExpressionAttributeNames: typed.names,
  ExpressionAttributeValues: { ...typed.values, ':holders': { SS: [job.job_id] } },
});

const noHolder = 'attribute_not_exists(holders)';
const placeLeft = 'size(holders) < :limit';
const heldAlready = 'contains(holders, :holder)';
const placeForJob = `(${noHolder} OR ${placeLeft} OR ${heldAlready})`;
const nobodyWaits = 'attribute_not_exists(waiting)';

/** Takes a place in the tenant's set, then in the cluster's. */
export function acquire(
  table: string,
  job: JobKey,
  limits: AdmissionLimits,
  mode: 'fresh' | 'turn',
): TransactWriteItem[] {
  const ofTenant = tenantUpdate(table, job, 'ADD');
  const holder = clusterHolder(job);
  const ofCluster = clusterUpdate(
    table,
    { set: 'last_tenant = :last_tenant', rest: 'ADD holders :holders' },
    { ':holders': { SS: [holder] }, ':last_tenant': { S: job.tenant_id } },
  );
  const bounded = (update: typeof ofTenant, limit: number, name: string, also: string[]): TransactWriteItem => ({
    Update: {
      ...update,
      ConditionExpression: [placeForJob, ...also].join(' AND '),
      ExpressionAttributeValues: {
        ...update.ExpressionAttributeValues,
        ':limit': { N: String(limit) },
        ':holder': { S: name },
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  });
  return [
    bounded(ofTenant, limits.tenant, job.job_id, []),
    bounded(ofCluster, limits.cluster, holder, mode === 'fresh' ? [nobodyWaits] : []),
  ];
}

/** Gives both places back; harmless where there is none. */
export const giveBack = (table: string, job: JobKey): TransactWriteItem[] => [
  { Update: tenantUpdate(table, job, 'DELETE') },
  {
    Update: clusterUpdate(table, { rest: 'DELETE holders :holders' }, { ':holders': { SS: [clusterHolder(job)] } }),
  },
];

export const tenantSet = (tenants: TenantId[]) => ({ ':tenants': { SS: [...new Set(tenants)] } });
