import * as z from 'zod';
import { DeploymentName, JobId, QueryHash, TenantId } from '../../contract/ids.ts';
import { ContentType } from '../../contract/formats.ts';
import type { Run } from './job.ts';

/** What a run does. */
export type StatementWork =
  { kind: 'export'; content_type: ContentType; query_hash?: QueryHash | undefined } | { kind: 'load' };

/** What a statement's name says: enough to finish its job without first reading it. */
export interface StatementLabel {
  deployment: DeploymentName;
  run: Run;
  work: StatementWork;
}

const run = [DeploymentName, TenantId, JobId, z.coerce.number().int().min(1)] as const;
const Parts = z.union([z.tuple([...run, ContentType, QueryHash]), z.tuple([...run, z.literal('LOAD')])]);

export function statementName({ deployment, run, work }: StatementLabel): string {
  const whose = [deployment, run.tenant_id, run.job_id, run.attempt];
  switch (work.kind) {
    case 'export':
      return [...whose, work.content_type, work.query_hash].join(':');
    case 'load':
      return [...whose, 'LOAD'].join(':');
  }
}

/** undefined for a statement that is not ours. */
export function parseStatementName(name: string, deployment: DeploymentName): StatementLabel | undefined {
  const parts = Parts.safeParse(name.split(':'));
  if (!parts.success || parts.data[0] !== deployment) return undefined;
  const [, tenant_id, job_id, attempt, what, query_hash] = parts.data;
  const work: StatementWork = what === 'LOAD' ? { kind: 'load' } : { kind: 'export', content_type: what, query_hash };
  return { deployment, run: { tenant_id, job_id, attempt }, work };
}
