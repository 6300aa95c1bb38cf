import * as z from 'zod';
import { validation } from '../protocol/api-error.ts';
import type { Session } from '../sessions/session-store.ts';
import { operation } from './operation.ts';
import { isListed } from './ownership.ts';
import { page, pageSize } from './page-token.ts';
import { Name, StatementId } from './shared-schemas.ts';
import { epochSeconds } from './statement-views.ts';

const Request = z.object({
  SessionId: StatementId.optional(),
  Status: z.enum(['AVAILABLE', 'BUSY', 'CLOSED']).optional(),
  RoleLevel: z.boolean().optional(),
  ClusterIdentifier: Name.optional(),
  WorkgroupName: Name.optional(),
  Database: Name.optional(),
  MaxResults: z.int().min(0).max(100).optional(),
  NextToken: z.string().optional(),
});

const view = (session: Session): object => ({
  SessionId: session.id,
  Status: session.status,
  CreatedAt: epochSeconds(session.createdAt),
  UpdatedAt: epochSeconds(session.updatedAt),
  Database: session.database,
  DbUser: session.login.user,
  ClusterIdentifier: session.target.kind === 'cluster' ? session.target.cluster : undefined,
  WorkgroupName: session.target.kind === 'workgroup' ? session.target.workgroup : undefined,
  SessionAliveSeconds: session.keepAliveSeconds,
  SessionTtl: session.expiresAt / 1000,
  CurrentStatementId: session.current,
});

/** Open sessions, newest first, or those with the given status, or one session whatever its status. */
export const listSessions = operation(Request, ({ sessions }, input, caller) => {
  const { SessionId, Status, ClusterIdentifier, WorkgroupName, Database } = input;
  const filters = [Status, ClusterIdentifier, WorkgroupName, Database].some((filter) => filter !== undefined);
  if (SessionId !== undefined && filters) {
    throw validation(
      'SessionId must not be provided together with Status, ClusterIdentifier, WorkgroupName or Database.',
    );
  }
  if (ClusterIdentifier !== undefined && WorkgroupName !== undefined) {
    throw validation('Either ClusterIdentifier or WorkgroupName must be provided, not both.');
  }
  const all = SessionId === undefined ? sessions.list() : [sessions.find(SessionId)];
  const matching = all.filter(({ owner, status, target, database }) => {
    const byStatus = SessionId !== undefined || (Status === undefined ? status !== 'CLOSED' : status === Status);
    const byCluster =
      ClusterIdentifier === undefined || (target.kind === 'cluster' && target.cluster === ClusterIdentifier);
    const byWorkgroup =
      WorkgroupName === undefined || (target.kind === 'workgroup' && target.workgroup === WorkgroupName);
    const byDatabase = Database === undefined || database === Database;
    return isListed(caller, owner, input.RoleLevel) && byStatus && byCluster && byWorkgroup && byDatabase;
  });
  const { items, NextToken } = page('sessions', matching, input.NextToken, pageSize(input.MaxResults, 100));
  return { Sessions: items.map(view), NextToken };
});
