import * as z from 'zod';
import { operation } from './operation.ts';
import { isListed } from './ownership.ts';
import { page, pageSize } from './page-token.ts';
import { Name, StatusFilter } from './shared-schemas.ts';
import { listView } from './statement-views.ts';

const Request = z.object({
  StatementName: z.string().max(500).optional(),
  Status: StatusFilter.optional(),
  RoleLevel: z.boolean().optional(),
  Database: Name.optional(),
  ClusterIdentifier: Name.optional(),
  WorkgroupName: Name.optional(),
  MaxResults: z.int().min(0).max(100).optional(),
  NextToken: z.string().optional(),
});

/** Statements of the last day, newest first; StatementName is a prefix, Status defaults to FINISHED as in the service. */
export const listStatements = operation(Request, ({ store }, input, caller) => {
  const status = input.Status ?? 'FINISHED';
  const matching = store.list().filter(({ request, ...statement }) => {
    const { target } = request;
    const isMine = isListed(caller, request.caller, input.RoleLevel);
    const byName = input.StatementName === undefined || (request.statementName ?? '').startsWith(input.StatementName);
    const byDatabase = input.Database === undefined || request.database === input.Database;
    const byCluster =
      input.ClusterIdentifier === undefined ||
      (target.kind === 'cluster' && target.cluster === input.ClusterIdentifier);
    const byWorkgroup =
      input.WorkgroupName === undefined || (target.kind === 'workgroup' && target.workgroup === input.WorkgroupName);
    return (
      (status === 'ALL' || statement.status === status) && isMine && byName && byDatabase && byCluster && byWorkgroup
    );
  });
  const { items, NextToken } = page('statements', matching, input.NextToken, pageSize(input.MaxResults, 100));
  return { Statements: items.map(listView), NextToken };
});
