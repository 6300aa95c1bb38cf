import type { routes } from '../contract/routes.ts';
import type { StoredAnswer } from '../contract/records.ts';
import { viewJob } from '../core/jobs/view.ts';
import { ProblemError } from '../core/problem-error.ts';
import { runQuery } from '../core/use-cases/run-query.ts';
import { composeQueriesApi } from './shared/compose.ts';
import { answerOnce, claimFor } from './shared/http/idempotency-key.ts';
import { mayDo, type RequestOf } from './shared/http/parse-request.ts';
import { json } from './shared/http/respond.ts';
import { type Answers, serve } from './shared/http/serve.ts';

const deps = composeQueriesApi();
type QueryRequest = RequestOf<(typeof routes)['runQuery']>;

async function run(request: QueryRequest): Promise<StoredAnswer> {
  const { caller, body, base, asked, idempotencyKey } = request;
  // The job has a claim of its own, so that a repeat finds it even when the first answer was lost.
  const key = idempotencyKey === undefined ? undefined : `${idempotencyKey} bulk`;
  const claim = claimFor(deps.hasher, { caller, asked, body, idempotencyKey: key });
  const { tenant_id, key_id: by, warehouse_user } = caller;
  const answer = await runQuery(deps, { tenant_id, by, body, warehouse_user, claim });
  if (answer.kind === 'rows') return json(200, answer.result);
  const view = viewJob(answer.job, { base, now: new Date(answer.job.created_at) }, { query: answer.query });
  return json(202, view, { location: view.status_url, 'retry-after': String(view.poll_interval?.recommended ?? 1) });
}

const answers: Answers<'runQuery'> = {
  runQuery: async (request) => {
    if (request.body.on_timeout === 'bulk' && !mayDo(request.caller, 'bulk:write'))
      throw new ProblemError('FORBIDDEN', 'on_timeout "bulk" needs the permission bulk:write.');
    return answerOnce(deps, request, { run: () => run(request) });
  },
};

export const handler = serve(answers, deps);
