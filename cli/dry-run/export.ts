import type { ExportOptions } from '../../client/node.ts';
import { QueryJobBody } from '../../contract/jobs.ts';
import { judgeQuery } from '../../core/sql/guard.ts';
import { buildUnload, unloadOptionProblems } from '../../core/sql/unload.ts';
import type { Ui } from '../ui.ts';
import { accepted, refusal, requestProblem } from './verdict.ts';

/** Only the service knows these: its bucket, and the role that Redshift writes with. */
const place = { to: 's3://bucket-of-the-service/tenant/job/run/', iam_role: 'default' };

/** Shows the guard's verdict and the UNLOAD of an export. @throws SpectraError QUERY_REFUSED, INVALID_REQUEST as the service does */
export function dryRunExport(ui: Ui, asked: ExportOptions & { query: string }): void {
  const parsed = QueryJobBody.safeParse(asked);
  if (!parsed.success) throw requestProblem(parsed.error);
  const body = parsed.data;
  const verdict = judgeQuery(body.query);
  const problems = unloadOptionProblems(body, verdict.verdict === 'accepted' ? verdict : undefined);
  if (problems.length > 0) throw requestProblem(problems);
  if (verdict.verdict === 'refused') throw refusal(verdict);
  const statement = buildUnload({ ...body, sql: verdict.sql, ...place });
  accepted(ui, { operation: 'query', statement, verdict });
  ui.say('Bucket, role and the largest file size are those of the service, which nobody asked.');
}
