import type { DeploymentName, StatementId, TenantId, WarehouseUser } from '../../contract/ids.ts';
import type { QueryJobBody } from '../../contract/jobs.ts';
import { fixedLimits } from '../../contract/limits.ts';
import type { QueryBody, QueryResult } from '../../contract/queries.ts';
import { inUsersWords, mapRedshiftError } from '../errors/redshift-error.ts';
import type { Claim } from '../idempotency/claim.ts';
import { cancelledInWarehouse } from '../jobs/failures.ts';
import type { Queries, StatementState, Telemetry } from '../ports.ts';
import { invalidRequest, ProblemError } from '../problem-error.ts';
import { type AcceptedQuery, judgeQuery } from '../sql/guard.ts';
import { queryRefused } from '../sql/query-refused.ts';
import { assertExportable } from './accept-query.ts';
import { type CreatedJob, createJob, type CreateJobDeps } from './create-job.ts';

export interface RunQueryDeps extends Omit<CreateJobDeps, 'loadSchemas'> {
  queries: Queries;
  telemetry: Telemetry;
  deployment: DeploymentName;
  /** Most rows of an answer, and seconds that a query may take, where the request says neither. */
  maxRows: number;
  timeoutSeconds: number;
}

export interface QueryCommand {
  tenant_id: TenantId;
  /** Who asks, for the log of the job that it may become. */
  by: string;
  body: QueryBody;
  /** Of the credential; without one the tenant's name stands for it. */
  warehouse_user?: WarehouseUser | undefined;
  /** Of the Idempotency-Key: a repeat makes no second job. */
  claim?: Claim | undefined;
}

export type QueryAnswer = { kind: 'rows'; result: QueryResult } | ({ kind: 'job' } & CreatedJob);

/**
 * Runs a query and answers with its rows, as many as an answer holds. One that takes too long is cancelled, and then refused or
 * handed over to a job, as was asked.
 */
export async function runQuery(deps: RunQueryDeps, command: QueryCommand): Promise<QueryAnswer> {
  const { tenant_id, by, body, warehouse_user } = command;
  const user = warehouse_user ?? tenant_id;
  const verdict = judged(body);
  const job: QueryJobBody = { ...body.export, operation: 'query', query: body.query, start: true };
  if (body.on_timeout === 'bulk') assertExportable(job, '/export');
  const begin = deps.clock.now();
  const most = Math.min(body.max_rows ?? deps.maxRows, deps.maxRows);
  const id = deps.ids.jobId(begin);
  const submitted = await deps.queries.run({
    sql: `${verdict.sql}\nLIMIT ${most + 1}`,
    parameters: body.parameters,
    user,
    token: id,
    name: `${deps.deployment}:query:${tenant_id}:${id}`,
    seconds: body.timeout_seconds ?? deps.timeoutSeconds,
  });
  if (submitted.outcome === 'later')
    throw new ProblemError('SERVICE_UNAVAILABLE', `The warehouse takes no query for now: ${submitted.cause}`);
  if (submitted.outcome === 'refused') throw failed(submitted.message, body, verdict);
  const { statement_id } = submitted;
  const state = await settled(deps, statement_id, submitted.state);
  const execution_time_ms = deps.clock.now().getTime() - begin.getTime();
  deps.telemetry.info('query ended', { tenant_id, statement_id, state, execution_time_ms });
  switch (state) {
    case 'FINISHED': {
      const { rows, columns, truncated_by } = await deps.queries.rows(
        { statement_id, user },
        {
          rows: most,
          bytes: fixedLimits.query_result_bytes.value,
        },
      );
      const counts = { row_count: rows.length, truncated: truncated_by !== null, truncated_by, execution_time_ms };
      return { kind: 'rows', result: { query_id: statement_id, columns, rows, ...counts } };
    }
    case 'FAILED': {
      const report = await deps.queries.describe(statement_id);
      throw failed(report?.error ?? 'The warehouse gave no reason.', body, verdict);
    }
    case 'ABORTED':
      throw new ProblemError('QUERY_FAILED', cancelledInWarehouse.message, { error: cancelledInWarehouse });
    case 'late':
      if (body.on_timeout === 'bulk')
        return {
          kind: 'job',
          ...(await createJob(
            { ...deps, loadSchemas: [] },
            { tenant_id, by, body: job, warehouse_user, claim: command.claim },
          )),
        };
      throw new ProblemError(
        'QUERY_TIMEOUT',
        `The query was cancelled after ${Math.round(execution_time_ms / 1000)} s.`,
      );
  }
}

function judged(body: QueryBody): AcceptedQuery {
  const verdict = judgeQuery(body.query, { named_parameters: true });
  if (verdict.verdict === 'refused') throw queryRefused(verdict);
  const unused = Object.keys(body.parameters).filter((name) => !verdict.parameters.includes(name));
  const missing = verdict.parameters.filter((name) => !Object.hasOwn(body.parameters, name));
  const errors = [
    ...unused.map((name) => ({ pointer: `/parameters/${name}`, message: `the query has no :${name}` })),
    ...missing.map((name) => ({ pointer: '/parameters', message: `:${name} of the query has no value` })),
    ...(body.on_timeout === 'bulk' && verdict.parameters.length > 0
      ? [{ pointer: '/on_timeout', message: 'parameters are not bound inside UNLOAD: write the values into the query' }]
      : []),
  ];
  if (errors.length > 0) throw invalidRequest(errors);
  return verdict;
}

/** A statement that has not ended in time is cancelled; one that ended before the cancellation came counts. */
async function settled(
  deps: Pick<RunQueryDeps, 'queries'>,
  statement: StatementId,
  state: StatementState,
): Promise<Extract<StatementState, 'FINISHED' | 'FAILED' | 'ABORTED'> | 'late'> {
  if (state === 'FINISHED' || state === 'FAILED' || state === 'ABORTED') return state;
  if ((await deps.queries.cancel(statement)) !== 'ended') return 'late';
  const report = await deps.queries.describe(statement);
  return report?.state === 'FINISHED' || report?.state === 'FAILED' ? report.state : 'late';
}

/** What the warehouse says, in the words and positions of who sent the query. */
function failed(text: string, body: QueryBody, verdict: AcceptedQuery): ProblemError {
  const error = mapRedshiftError(text);
  const own = inUsersWords(error, body.query, verdict);
  return error.retryable
    ? new ProblemError('SERVICE_UNAVAILABLE', error.message, { error: own })
    : new ProblemError('QUERY_FAILED', error.message, { error: own });
}
