import type { TenantId } from '../../contract/ids.ts';
import type { LoadJobBody } from '../../contract/jobs.ts';
import { assertLoadable } from '../load/allowed-schemas.ts';
import { keyColumns, loadOptionProblems } from '../load/options.ts';
import { judgeTransforms } from '../load/transform.ts';
import { invalidRequest } from '../problem-error.ts';
import type { Accepted } from './accept-query.ts';

export interface AcceptLoadDeps {
  /** Schemas that a tenant may load; `{tenant}` in one stands for its id. */
  loadSchemas: readonly string[];
}

/** @throws ProblemError when the options don't fit together, the tenant may not load the table, or a transform may not be used */
export function acceptLoad(deps: AcceptLoadDeps, tenant: TenantId, body: LoadJobBody): Accepted {
  const { operation, object, tag: _tag, ...options } = body;
  const problems = loadOptionProblems(operation, options);
  if (problems.length > 0) throw invalidRequest(problems);
  assertLoadable(object, deps.loadSchemas, tenant);
  judgeTransforms(options.column_mappings ?? []);
  const { content_type, compression, column_delimiter, null_as } = body;
  const { line_ending, max_errors, all_or_nothing } = body;
  const keys = keyColumns(options);
  return {
    facts: {
      content_type,
      compression,
      column_delimiter,
      ...(null_as === undefined ? {} : { null_as }),
      single_file: false,
      load: {
        ...(keys.length === 0 ? {} : { external_id_field: [...keys] }),
        ...(line_ending === undefined ? {} : { line_ending }),
        max_errors,
        all_or_nothing,
      },
    },
    request: { operation, object, options, start: false },
  };
}
