import { hasResultSet, resultBytes, statementsOf } from '../statements/statement.ts';
import type { Batch, Statement, StatementTarget, Submission } from '../statements/statement.ts';

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

const parametersView = ({ request: { parameters } }: Submission): object | undefined =>
  parameters.length === 0 ? undefined : parameters;

const progressView = (submission: Submission): object => ({
  Id: submission.id,
  Status: submission.status,
  CreatedAt: epochSeconds(submission.createdAt),
  UpdatedAt: epochSeconds(submission.updatedAt),
  Duration: submission.duration,
  Error: submission.error,
  HasResultSet: hasResultSet(submission),
});

const resultSize = ({ status, result }: Statement): number => result?.bytes ?? (status === 'FINISHED' ? 0 : -1);

/** What a statement of a batch shows within it, and also by itself. */
const subStatementView = (statement: Statement): object => ({
  ...progressView(statement),
  QueryString: statement.request.sql,
  ResultRows: statement.resultRows,
  ResultSize: resultSize(statement),
  RedshiftQueryId: statement.startedAt === undefined ? 0 : statement.queryId,
});

/** Rows and sizes are sums and there is no query of its own, as in the example of the Redshift Management Guide. */
const batchMembers = (batch: Batch): object => ({
  ...progressView(batch),
  ResultRows:
    batch.status === 'FINISHED'
      ? statementsOf(batch).reduce((sum, { resultRows }) => sum + Math.max(resultRows, 0), 0)
      : -1,
  ResultSize: batch.status === 'FINISHED' ? resultBytes(batch) : -1,
  RedshiftQueryId: 0,
  SubStatements: batch.parts.map(subStatementView),
  ExecutionMode: batch.request.mode,
});

export const describeView = (submission: Submission): object => ({
  ...(submission.kind === 'batch' ? batchMembers(submission) : subStatementView(submission)),
  ...targetView(submission.request.target),
  Database: submission.request.database,
  QueryParameters: parametersView(submission),
  ResultFormat: submission.request.resultFormat.toLowerCase(),
  SessionId: submission.session?.id,
  RedshiftPid: submission.startedAt === undefined ? 0 : submission.pid,
});

export const listView = (submission: Submission): object => ({
  Id: submission.id,
  StatementName: submission.request.statementName,
  ...(submission.kind === 'batch'
    ? { QueryStrings: submission.request.sqls, IsBatchStatement: true }
    : { QueryString: submission.request.sql, IsBatchStatement: false }),
  QueryParameters: parametersView(submission),
  SecretArn: submission.request.target.secretArn,
  Status: submission.status,
  ResultFormat: submission.request.resultFormat.toLowerCase(),
  SessionId: submission.session?.id,
  CreatedAt: epochSeconds(submission.createdAt),
  UpdatedAt: epochSeconds(submission.updatedAt),
});
