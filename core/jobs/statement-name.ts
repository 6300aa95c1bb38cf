import * as z from 'zod';
import { DeploymentName, JobId, QueryHash, TenantId } from '../../contract/ids.ts';
import { ContentType } from '../../contract/formats.ts';
import type { Run } from './job.ts';

/** What a statement's name says: enough to finish its job without first reading it. */
export interface StatementLabel extends Run {
  deployment: DeploymentName;
  content_type: ContentType;
  query_hash: QueryHash;
}

const Parts = z.tuple([DeploymentName, TenantId, JobId, z.coerce.number().int().min(1), ContentType, QueryHash]);

export const statementName = (label: StatementLabel): string =>
  [label.deployment, label.tenant_id, label.job_id, label.attempt, label.content_type, label.query_hash].join(':');

/** undefined for a statement that is not ours. */
export function parseStatementName(name: string, deployment: DeploymentName): StatementLabel | undefined {
  const parts = Parts.safeParse(name.split(':'));
  if (!parts.success || parts.data[0] !== deployment) return undefined;
  const [, tenant_id, job_id, attempt, content_type, query_hash] = parts.data;
  return { deployment, tenant_id, job_id, attempt, content_type, query_hash };
}
