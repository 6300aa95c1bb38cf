import type { DuckDBConnection } from '@duckdb/node-api';
import { inTransaction, type WarehouseSession } from '../security/warehouse-session.ts';
import { fromEngineError } from '../sql/engine-errors.ts';
import type { Token } from '../sql/lexer.ts';
import type { MergeStatement } from '../sql/merge-statement.ts';
import { joinPieces } from '../sql/pieces.ts';
import { createRewriter, translate } from '../sql/translate.ts';
import type { Outcome, Values } from './execute.ts';
import { multipleMatches, type Change } from './merge.ts';

interface Sides {
  readonly target: string;
  /** Target rows that have a match, each once. */
  readonly matched: string;
}

function sidesOf(tokens: readonly Token[], { target, source, condition }: MergeStatement): Sides {
  const rewriter = createRewriter(tokens);
  const [name, from, on] = [target, source, condition].map((span) => joinPieces(rewriter.rewrite(span)).sql);
  return { target: name ?? '', matched: `${name} SEMI JOIN ${from} ON ${on}` };
}

async function count(connection: DuckDBConnection, from: string, values: Values): Promise<number> {
  const result = await connection.runAndReadAll(`SELECT count(*) FROM ${from}`, values);
  return Number(result.getRows()[0]?.[0] ?? 0);
}

/** Of a statement's parameters those that a part of it has. */
const within = (tokens: readonly Token[], { source, condition }: MergeStatement, values: Values): Values =>
  Object.fromEntries(
    tokens
      .slice(source.lo, condition.hi)
      .flatMap(({ kind, value }) => (kind === 'parameter' ? [[value, values[value] ?? '']] : [])),
  );

/**
 * Runs a MERGE by the engine's own, which changes a target row with several matches several times: there were such rows when
 * it changed more than have a match.
 */
export async function runNativeMerge(
  session: WarehouseSession,
  tokens: readonly Token[],
  merge: MergeStatement,
  values: Values,
  change: Change,
): Promise<Outcome> {
  const { connection } = session;
  const translated = translate(tokens);
  const { target, matched } = sidesOf(tokens, merge);
  return inTransaction(session, async () => {
    try {
      // What is wrong with the statement is told by the statement itself, where it stands.
      (await connection.prepare(translated.sql)).destroySync();
      const matches = await count(connection, matched, within(tokens, merge, values));
      const before = await count(connection, target, {});
      const rows = await change(translated.sql, values);
      const after = await count(connection, target, {});
      const inserted = after - before + (merge.update === undefined ? matches : 0);
      if (rows - inserted > matches) throw multipleMatches();
      return { result: undefined, rows };
    } catch (cause) {
      throw fromEngineError(cause, tokens, translated);
    }
  });
}
