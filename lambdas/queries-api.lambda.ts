import { viewJob } from '../core/jobs/view.ts';
import { ProblemError } from '../core/problem-error.ts';
import { runQuery } from '../core/use-cases/run-query.ts';
import { composeQueriesApi } from './shared/compose.ts';
import { mayDo } from './shared/http/parse-request.ts';
import { json } from './shared/http/respond.ts';
import { type Answers, serve } from './shared/http/serve.ts';

const deps = composeQueriesApi();

const answers: Answers<'runQuery'> = {
  runQuery: async ({ caller, body, base }) => {
    if (body.on_timeout === 'bulk' && !mayDo(caller, 'bulk:write'))
      throw new ProblemError('FORBIDDEN', 'on_timeout "bulk" needs the permission bulk:write.');
    const answer = await runQuery(deps, { tenant_id: caller.tenant_id, body, warehouse_user: caller.warehouse_user });
    if (answer.kind === 'rows') return json(200, answer.result);
    const view = viewJob(answer.job, { base, now: deps.clock.now() }, answer.query);
    return json(202, view, { location: view.status_url, 'retry-after': String(view.poll_interval?.recommended ?? 1) });
  },
};

export const handler = serve(answers, deps);
