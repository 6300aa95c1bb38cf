import type { Guard } from '../security/guard.ts';
import { relationSql } from '../security/relation.ts';
import { inTransaction, type WarehouseSession } from '../security/warehouse-session.ts';
import type { Access } from '../security/access.ts';
import { fromEngineError } from '../sql/engine-errors.ts';
import type { Token } from '../sql/lexer.ts';
import type { MergeStatement } from '../sql/merge-statement.ts';
import { joinPieces, type Piece, type TranslatedSql } from '../sql/pieces.ts';
import { sqlName } from '../sql/rewriter.ts';
import { isOperator, type Span } from '../sql/spans.ts';
import { SqlError } from '../sql/sql-error.ts';
import { TokenReader } from '../sql/token-reader.ts';
import { createRewriter } from '../sql/translate.ts';
import type { Outcome, Values } from './execute.ts';
import { multipleMatches, type Change } from './merge.ts';

const STAGE = 'rs_merge_stage';
const ROW = 'rs_row';

/** One column of the stage: what a target row becomes, or what is inserted. */
interface Staged {
  readonly name: string;
  readonly pieces: readonly Piece[];
}

interface Plan {
  readonly query: TranslatedSql;
  /** `column = rs_stage.v1, ...`; undefined: DELETE. */
  readonly set: string | undefined;
  readonly insertColumns: string;
  readonly insertValues: string;
}

export const isColumn = (tokens: readonly Token[], { lo, hi }: Span): boolean =>
  tokens.slice(lo, hi).every((token, at) => (at % 2 === 1 ? isOperator(token, '.') : /word|quoted/.test(token.kind)));

/**
 * As Redshift itself does it: the rows of the source go into a temporary table with the target rows that they match, then the
 * target is changed from there. Values of a branch are only computed for the rows that it concerns.
 */
function plan(tokens: readonly Token[], merge: MergeStatement): Plan {
  const rewriter = createRewriter(tokens);
  const source = tokens[merge.target.lo]?.start ?? 0;
  const text = (sql: string): Piece => ({ text: sql, source });
  const row = [...rewriter.rewrite(merge.target), text('.'), text('rowid')];
  const staged: Staged[] = [];
  const stage = (value: Span, when: string): string => {
    const pieces = rewriter.rewrite(value);
    const whole = isColumn(tokens, value)
      ? pieces
      : [text('CASE WHEN'), ...row, text(`${when} THEN (`), ...pieces, text(') END')];
    const { sql } = joinPieces(whole);
    const known = staged.find((other) => joinPieces(other.pieces).sql === sql);
    if (known !== undefined) return known.name;
    const name = `v${staged.length}`;
    staged.push({ name, pieces: whole });
    return name;
  };
  const set = merge.update?.map(
    ({ column, value }) =>
      `${sqlName(column)} = ${value === undefined ? 'DEFAULT' : `rs_stage.${stage(value, 'IS NOT NULL')}`}`,
  );
  const inserted = merge.insert.flatMap((value, at) => {
    if (value === undefined && merge.insertColumns === undefined) {
      throw new SqlError('0A000', 'DEFAULT needs the names of the columns in a MERGE');
    }
    const column = merge.insertColumns?.[at];
    return value === undefined ? [] : [{ column, value: stage(value, 'IS NULL') }];
  });
  const names = inserted.flatMap(({ column }) => (column === undefined ? [] : [sqlName(column)]));
  const query = joinPieces([
    text('SELECT'),
    ...row,
    text(`AS ${ROW}`),
    ...staged.flatMap(({ name, pieces }) => [text(','), ...pieces, text(`AS ${name}`)]),
    text('FROM'),
    ...rewriter.rewrite(merge.source),
    text('LEFT JOIN'),
    ...rewriter.rewrite(merge.target),
    text('ON'),
    ...rewriter.rewrite(merge.condition),
  ]);
  return {
    query,
    set: set?.join(', '),
    insertColumns: names.length === 0 ? '' : `(${names.join(', ')})`,
    insertValues: inserted.map(({ value }) => value).join(', '),
  };
}

export interface Guarded {
  readonly guard: Guard;
  readonly access: Access;
}

/** The plan as a user may run it, and the target by its full name. Rejects with SqlError 42501 for want of rights. */
async function permitted(
  tokens: readonly Token[],
  merge: MergeStatement,
  planned: Plan,
  guarded: Guarded | undefined,
): Promise<{ query: TranslatedSql; target: string }> {
  const rewriter = createRewriter(tokens);
  if (guarded === undefined) return { query: planned.query, target: joinPieces(rewriter.rewrite(merge.target)).sql };
  const { guard, access } = guarded;
  const source = tokens[merge.target.lo]?.start ?? 0;
  const entry = guard.relation(new TokenReader(tokens, merge.target.lo).relation(), source + 1);
  if (entry.kind === 'view') throw new SqlError('42809', `cannot change a view: ${entry.name}`, source + 1);
  const privileges = ['SELECT', 'INSERT', planned.set === undefined ? 'DELETE' : 'UPDATE'];
  for (const privilege of privileges) guard.require(privilege, entry);
  // Redshift's documentation does not say what becomes of source rows that match hidden ones: nobody relies on it here.
  if (entry.kind === 'table' && access.rowFilter(entry) !== undefined) {
    throw new SqlError('0A000', `MERGE into ${entry.name} is not supported: row-level security protects it`);
  }
  return { query: await guard.query(planned.query, { source, privileges }), target: relationSql(entry) };
}

/** Runs a MERGE by a table of what is to be done, whose query can be checked and cut down to what a user may see. */
export async function runStagedMerge(
  session: WarehouseSession,
  tokens: readonly Token[],
  merge: MergeStatement,
  guarded: Guarded | undefined,
  values: Values,
  change: Change,
): Promise<Outcome> {
  const planned = plan(tokens, merge);
  const { query, target } = await permitted(tokens, merge, planned, guarded);
  const { connection } = session;
  return inTransaction(session, async () => {
    try {
      await change(`CREATE OR REPLACE TEMP TABLE ${STAGE} AS ${query.sql}`, values);
    } catch (cause) {
      const head = `CREATE OR REPLACE TEMP TABLE ${STAGE} AS `.length;
      const sourceOffset = (offset: number): number => query.sourceOffset(Math.max(offset - head, 0));
      const sql = `${' '.repeat(head)}${query.sql}`;
      throw fromEngineError(cause, tokens, { sql, sourceOffset });
    }
    const twice = await connection.runAndReadAll(
      `SELECT 1 FROM ${STAGE} WHERE ${ROW} IS NOT NULL GROUP BY ${ROW} HAVING count(*) > 1 LIMIT 1`,
    );
    if (twice.currentRowCount > 0) throw multipleMatches();
    const matched = `FROM ${STAGE} AS rs_stage WHERE rs_target.rowid = rs_stage.${ROW}`;
    const changed =
      planned.set === undefined
        ? await change(
            `DELETE FROM ${target} WHERE rowid IN (SELECT ${ROW} FROM ${STAGE} WHERE ${ROW} IS NOT NULL)`,
            {},
          )
        : await change(`UPDATE ${target} AS rs_target SET ${planned.set} ${matched}`, {});
    const unmatched = `SELECT ${planned.insertValues} FROM ${STAGE} WHERE ${ROW} IS NULL`;
    const inserted = await change(`INSERT INTO ${target} ${planned.insertColumns} ${unmatched}`, {});
    await connection.run(`DROP TABLE ${STAGE}`);
    return { result: undefined, rows: changed + inserted };
  });
}
