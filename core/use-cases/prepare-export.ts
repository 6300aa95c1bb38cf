import type { JobError } from '../../contract/jobs.ts';
import type { QueryRequest } from '../../contract/records.ts';
import type { Run } from '../jobs/job.ts';
import type { StatementWork } from '../jobs/statement-name.ts';
import type { ResultStore } from '../ports.ts';
import { runPrefix } from '../results/location.ts';
import { judgeQuery } from '../sql/guard.ts';
import { buildUnload } from '../sql/unload.ts';

export interface PrepareExportDeps {
  results: Pick<ResultStore, 'url'>;
  unloadRole: string;
}

/** What is submitted for a run; several statements are one transaction. */
export type Prepared =
  | { outcome: 'prepared'; sql: string | readonly string[]; work: StatementWork }
  /** The warehouse can't be asked for now. */
  | { outcome: 'later'; cause: string }
  /** It will never run: the job ends. */
  | { outcome: 'refused'; error: JobError };

/** The UNLOAD of a run. The query is judged again: rules may have become stricter since it was accepted. */
export function prepareExport(deps: PrepareExportDeps, run: Run, request: QueryRequest): Prepared {
  const verdict = judgeQuery(request.query);
  if (verdict.verdict === 'refused') return { outcome: 'refused', error: refusedQuery(verdict) };
  const { content_type, query_hash } = request;
  return {
    outcome: 'prepared',
    sql: buildUnload({ ...request, sql: verdict.sql, to: deps.results.url(runPrefix(run)), iam_role: deps.unloadRole }),
    work: { kind: 'export', content_type, query_hash },
  };
}

const refusedQuery = (verdict: Extract<ReturnType<typeof judgeQuery>, { verdict: 'refused' }>): JobError => ({
  code: 'QUERY_REFUSED',
  category: 'validation',
  message: `${verdict.message} (${verdict.code})`,
  retryable: false,
  details: verdict.position === undefined ? {} : { position: verdict.position },
});
