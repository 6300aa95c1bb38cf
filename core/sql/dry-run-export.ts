import type { FieldError } from '../../contract/problems.ts';
import { QueryJobBody } from '../../contract/jobs.ts';
import { type AcceptedQuery, judgeQuery, type RefusedQuery } from './guard.ts';
import { buildUnload, unloadOptionProblems } from './unload.ts';

export type DryRun =
  | { outcome: 'accepted'; statement: string; verdict: AcceptedQuery }
  /** The query may not be exported. */
  | { outcome: 'refused'; verdict: RefusedQuery }
  /** The request does not fit: the fields at fault. */
  | { outcome: 'invalid'; errors: readonly FieldError[] };

/** Only the service knows these: its bucket, and the role that Redshift writes with. */
const place = { to: 's3://bucket-of-the-service/tenant/job/run/', iam_role: 'default' };

/** What the service would say of an export, and the UNLOAD that it would run, without asking it. @param asked the body of POST /bulk/jobs */
export function dryRunExport(asked: unknown): DryRun {
  const parsed = QueryJobBody.safeParse(asked);
  if (!parsed.success)
    return {
      outcome: 'invalid',
      errors: parsed.error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, message })),
    };
  const body = parsed.data;
  const verdict = judgeQuery(body.query);
  const errors = unloadOptionProblems(body, verdict.verdict === 'accepted' ? verdict : undefined);
  if (errors.length > 0) return { outcome: 'invalid', errors };
  if (verdict.verdict === 'refused') return { outcome: 'refused', verdict };
  return { outcome: 'accepted', statement: buildUnload({ ...body, sql: verdict.sql, ...place }), verdict };
}
