import { SpectraError, type FieldError } from '../../client/node.ts';
import type { AcceptedQuery, RefusedQuery } from '../../core/sql/guard.ts';
import type { Ui } from '../ui.ts';

/** The guard's refusal, as the service would answer it. */
export const refusal = ({ message, hint, code, position }: RefusedQuery): SpectraError =>
  new SpectraError({ code: 'QUERY_REFUSED', message, hint, reason: code, position });

/** What the service would say of a request that does not fit. */
export function requestProblem(errors: readonly FieldError[]): SpectraError {
  const hint = 'Correct the options that are named.';
  return new SpectraError({ code: 'INVALID_REQUEST', message: 'The request does not fit its schema', hint, errors });
}

/** Shows what would run. */
export function accepted(
  ui: Ui,
  { operation, statement, verdict }: { operation: string; statement: string; verdict: AcceptedQuery },
): void {
  const { relations, parameters } = verdict;
  ui.record('dry_run', { verdict: 'accepted', operation, statement, relations, parameters });
  ui.out(statement);
  const reads = relations.length === 0 ? 'no tables' : relations.join(', ');
  ui.say(`The guard accepts it; it reads ${reads}.`);
}
