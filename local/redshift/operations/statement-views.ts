import type { Statement, StatementTarget } from '../statements/statement.ts';

/** The members of a reply that repeat where a statement runs. */
export function targetView(target: StatementTarget): object {
  switch (target.kind) {
    case 'workgroup':
      return { WorkgroupName: target.workgroup, SecretArn: target.secretArn };
    case 'cluster':
      return { ClusterIdentifier: target.cluster, DbUser: target.dbUser, SecretArn: target.secretArn };
  }
}

/** Seconds since 1970, as AWS JSON writes times. */
export const epochSeconds = (time: Date): number => time.getTime() / 1000;

const parametersView = ({ request: { parameters } }: Statement): object | undefined =>
  parameters.length === 0 ? undefined : parameters;

export const describeView = (statement: Statement): object => ({
  Id: statement.id,
  ...targetView(statement.request.target),
  Database: statement.request.database,
  Status: statement.status,
  QueryString: statement.request.sql,
  QueryParameters: parametersView(statement),
  CreatedAt: epochSeconds(statement.createdAt),
  UpdatedAt: epochSeconds(statement.updatedAt),
  Duration: statement.duration,
  Error: statement.error,
  HasResultSet: statement.result !== undefined,
  ResultRows: statement.resultRows,
  ResultSize: statement.result?.bytes ?? (statement.status === 'FINISHED' ? 0 : -1),
  ResultFormat: statement.request.resultFormat.toLowerCase(),
  SessionId: statement.session?.id,
  RedshiftPid: statement.startedAt === undefined ? 0 : statement.pid,
  RedshiftQueryId: statement.startedAt === undefined ? 0 : statement.queryId,
});

export const listView = (statement: Statement): object => ({
  Id: statement.id,
  StatementName: statement.request.statementName,
  QueryString: statement.request.sql,
  QueryParameters: parametersView(statement),
  SecretArn: statement.request.target.secretArn,
  Status: statement.status,
  IsBatchStatement: false,
  ResultFormat: statement.request.resultFormat.toLowerCase(),
  SessionId: statement.session?.id,
  CreatedAt: epochSeconds(statement.createdAt),
  UpdatedAt: epochSeconds(statement.updatedAt),
});
