import type { WarehouseSession } from '../security/warehouse-session.ts';
import type { Token } from '../sql/lexer.ts';
import { parseMerge, type MergeStatement } from '../sql/merge-statement.ts';
import { isOperator, type Span } from '../sql/spans.ts';
import { SqlError } from '../sql/sql-error.ts';
import type { Outcome, Values } from './execute.ts';
import { runNativeMerge } from './native-merge.ts';
import { isColumn, runStagedMerge, type Guarded } from './staged-merge.ts';

/** Runs a statement with the values of its parameters, and says how many rows it changed. */
export type Change = (sql: string, values: Values) => Promise<number>;

/** In Redshift's words. */
export const multipleMatches = (): SqlError =>
  new SqlError('XX000', 'Found multiple matches to update the same tuple.');

const isConstant = (tokens: readonly Token[], { lo, hi }: Span): boolean =>
  hi - lo === 1 && tokens.slice(lo, hi).every(({ kind }) => ['string', 'number', 'parameter'].includes(kind));

/**
 * What the engine's own MERGE does as Redshift does it: it computes the values of a branch for rows of the other too, where an
 * expression may fail, and a query as the source may have other rows each time that it is read.
 */
function isPlain(tokens: readonly Token[], { source, update = [], insert }: MergeStatement): boolean {
  const values = [...update.map(({ value }) => value), ...insert].filter((value) => value !== undefined);
  return (
    !isOperator(tokens[source.lo], '(') && values.every((value) => isColumn(tokens, value) || isConstant(tokens, value))
  );
}

/** Runs a MERGE. Rejects with SqlError, in Redshift's words where a target row has more than one match. */
export async function runMerge(
  session: WarehouseSession,
  tokens: readonly Token[],
  guarded: Guarded | undefined,
  values: Values,
  change: Change,
): Promise<Outcome> {
  const merge = parseMerge(tokens);
  return guarded === undefined && isPlain(tokens, merge)
    ? runNativeMerge(session, tokens, merge, values, change)
    : runStagedMerge(session, tokens, merge, guarded, values, change);
}
