import type { TenantId } from '../../contract/ids.ts';
import type { LoadJobBody } from '../../contract/jobs.ts';
import { assertLoadable } from '../load/allowed-schemas.ts';
import type { Accepted } from './accept-query.ts';

export interface AcceptLoadDeps {
  /** Schemas that a tenant may load; `{tenant}` in one stands for its id. */
  loadSchemas: readonly string[];
}

/** @throws ProblemError when the options don't fit together, the tenant may not load the table, or a transform may not be used */
export function acceptLoad(deps: AcceptLoadDeps, tenant: TenantId, body: LoadJobBody): Accepted {
  assertLoadable(body.object, deps.loadSchemas, tenant);
  const { tag: _tag, ...request } = body;
  const { content_type, compression, column_delimiter, null_as } = body;
  const { external_id_field, line_ending, max_errors, all_or_nothing } = body;
  return {
    facts: {
      content_type,
      compression,
      column_delimiter,
      ...(null_as === undefined ? {} : { null_as }),
      single_file: false,
      load: {
        ...(external_id_field === undefined ? {} : { external_id_field }),
        ...(line_ending === undefined ? {} : { line_ending }),
        max_errors,
        all_or_nothing,
      },
    },
    request: { ...request, start: false },
  };
}
