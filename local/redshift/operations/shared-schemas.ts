import * as z from 'zod';
import { validation } from '../protocol/api-error.ts';
import type { StatementTarget } from '../statements/statement.ts';

export const StatementId = z.string().regex(/^[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}(:\d+)?$/);
export const WaitTimeSeconds = z.int().min(1).max(30).optional();
export const StatusFilter = z.enum(['SUBMITTED', 'PICKED', 'STARTED', 'FINISHED', 'ABORTED', 'FAILED', 'ALL']);
export const Name = z.string().min(1);

/** The members that say where to run; exactly one of workgroup and cluster. */
export const targetMembers = {
  WorkgroupName: z.string().min(3).max(128).optional(),
  ClusterIdentifier: z.string().min(1).max(63).optional(),
  DbUser: Name.optional(),
  SecretArn: Name.optional(),
  Database: Name.optional(),
};

export interface TargetInput {
  readonly WorkgroupName?: string | undefined;
  readonly ClusterIdentifier?: string | undefined;
  readonly DbUser?: string | undefined;
  readonly SecretArn?: string | undefined;
  readonly Database?: string | undefined;
}

/** The target of a request and its database. Throws ValidationException as the service does. */
export function targetOf(input: TargetInput): { readonly target: StatementTarget; readonly database: string } {
  const { WorkgroupName, ClusterIdentifier, DbUser, SecretArn } = input;
  if (WorkgroupName !== undefined && ClusterIdentifier !== undefined) {
    throw validation('Either ClusterIdentifier or WorkgroupName must be provided, not both.');
  }
  if (input.Database === undefined) throw validation('Database is required.');
  if (WorkgroupName !== undefined) {
    if (DbUser !== undefined) throw validation('DbUser is not supported with WorkgroupName.');
    return { database: input.Database, target: { kind: 'workgroup', workgroup: WorkgroupName, secretArn: SecretArn } };
  }
  if (ClusterIdentifier === undefined) throw validation('ClusterIdentifier or WorkgroupName is required.');
  if (DbUser !== undefined && SecretArn !== undefined) {
    throw validation('Either DbUser or SecretArn must be provided, not both.');
  }
  if (DbUser === undefined && SecretArn === undefined) throw validation('DbUser or SecretArn is required.');
  return {
    database: input.Database,
    target: { kind: 'cluster', cluster: ClusterIdentifier, dbUser: DbUser, secretArn: SecretArn },
  };
}
