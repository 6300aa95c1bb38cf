import { errorMessage } from '../engine/error-message.ts';
import { noteLengths } from '../engine/text-lengths.ts';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createTable } from '../sql/create-table.ts';
import { declaredLengths } from '../sql/declared-lengths.ts';
import { fromEngineError } from '../sql/engine-errors.ts';
import { tokenize, type Token } from '../sql/lexer.ts';
import { withoutSource } from '../sql/edits.ts';
import { joinPieces } from '../sql/pieces.ts';
import { isWord } from '../sql/spans.ts';
import { controlsTransaction, singleStatement, statementKind } from '../sql/statement-kind.ts';
import { SqlError } from '../sql/sql-error.ts';
import { createRewriter, translate } from '../sql/translate.ts';
import { createdName, noteFor } from '../security/bookkeeping.ts';
import { readCatalog, TEMPORARY } from '../security/catalog.ts';
import { parseCommand } from '../security/commands/parse-command.ts';
import { applySetting } from '../security/settings.ts';
import { asUser, type UserStatement } from '../security/user-statement.ts';
import {
  endTransaction,
  guardOf,
  inTransaction,
  runCommand,
  type WarehouseSession,
} from '../security/warehouse-session.ts';
import { fieldBytes, toField, type Field } from '../values/field.ts';
import { redshiftType } from '../values/redshift-type.ts';
import { runMerge } from './merge.ts';
import type { ResultSet, Statement } from './statement.ts';

/** What a statement that ended well leaves behind. */
export interface Outcome {
  readonly result: ResultSet | undefined;
  /** -1 when not known. */
  readonly rows: number;
}

export type Values = Record<string, string | bigint | number>;

/** Runs UNLOAD, which is given its tokens. */
export type Unload = (session: WarehouseSession, tokens: readonly Token[], signal: AbortSignal) => Promise<Outcome>;

/** Whose load errors those of a COPY are. */
export interface CopyIdentity {
  readonly queryId: number;
  readonly pid: number;
  readonly database: string;
}

/** Runs COPY, which is given its tokens. */
export type Copy = (
  session: WarehouseSession,
  tokens: readonly Token[],
  identity: CopyIdentity,
  signal: AbortSignal,
) => Promise<Outcome>;

/** The commands that move files from and to S3. */
export interface S3Commands {
  readonly unload: Unload;
  readonly copy: Copy;
}

const MAX_RESULT_BYTES = 100 * 1024 * 1024;
const INTEGER = /^[+-]?\d{1,18}$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A parameter is text; where the engine can only take a number there, it gets the number that the text spells. */
const asNumbers = (values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (typeof value !== 'string' || !NUMBER.test(value)) return [name, value];
      return [name, INTEGER.test(value) ? BigInt(value) : Number(value)];
    }),
  );

async function withTypedParameters<T>(values: Values, run: (values: Values) => Promise<T>): Promise<T> {
  try {
    return await run(values);
  } catch (cause) {
    const untyped = /Binder Error.*(?:STRING_LITERAL|VARCHAR)/s.test(errorMessage(cause));
    if (!untyped || Object.keys(values).length === 0) throw cause;
    return run(asNumbers(values));
  }
}

async function query(connection: DuckDBConnection, sql: string, values: Values): Promise<Outcome> {
  const result = await withTypedParameters(values, (bound) => connection.stream(sql, bound));
  const types = result.columnTypes().map(redshiftType);
  const columns = result
    .columnNames()
    .map((name, index) => ({ name: name.toLowerCase(), type: types[index] ?? redshiftType(result.columnType(index)) }));
  const rows: Field[][] = [];
  let bytes = 0;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (const row of chunk.getRows()) {
      const fields = row.map((value, index) => toField(value, types[index]?.name ?? ''));
      rows.push(fields);
      bytes += fields.reduce((sum, field) => sum + fieldBytes(field), 0);
    }
    if (bytes > MAX_RESULT_BYTES) throw new SqlError('54000', 'Query result size exceeds the maximum of 100 MB');
  }
  return { result: { columns, rows, bytes }, rows: rows.length };
}

async function command(connection: DuckDBConnection, sql: string, values: Values): Promise<Outcome> {
  const result = await withTypedParameters(values, (bound) => connection.run(sql, bound));
  return { result: undefined, rows: result.rowsChanged };
}

function boundValues(tokens: readonly Token[], statement: Statement): Values {
  const given = new Map(statement.request.parameters.map(({ name, value }) => [name, value]));
  const values: Values = {};
  for (const token of tokens) {
    if (token.kind !== 'parameter') continue;
    const value = given.get(token.value);
    if (value === undefined)
      throw new SqlError('08P01', `there is no value for parameter ${token.text}`, token.start + 1);
    values[token.value] = value;
  }
  return values;
}

const nothing: Outcome = { result: undefined, rows: 0 };

/** What the session's user may run of a statement: for superusers all of it. */
async function permitted(
  session: WarehouseSession,
  tokens: readonly Token[],
  database: string,
): Promise<UserStatement> {
  const guarded = await guardOf(session);
  if (guarded !== undefined) return asUser(tokens, { ...guarded, database, schema: session.searchPath[0] ?? 'public' });
  if (statementKind(tokens) !== 'create-table') return { before: [], sql: translate(tokens) };
  const { sequences, pieces } = createTable(createRewriter(tokens));
  return { before: sequences, sql: joinPieces(pieces) };
}

/** Whether the table of a CREATE TABLE IF NOT EXISTS is there. */
async function mayBeThere({ connection, searchPath }: WarehouseSession, tokens: readonly Token[]): Promise<boolean> {
  const declared = declaredLengths(tokens);
  if (declared?.mayExist !== true) return false;
  const { schema, name } = declared.relation;
  return (await readCatalog(connection)).find(schema, name, [TEMPORARY, ...searchPath]) !== undefined;
}

/** A statement that changes the catalog, in one transaction with what is noted about it. */
async function define(
  session: WarehouseSession,
  tokens: readonly Token[],
  { before, sql }: UserStatement,
  values: Values,
  signal: AbortSignal,
): Promise<Outcome> {
  const { connection, currentUser, searchPath, warehouse } = session;
  return inTransaction(session, async () => {
    const name = createdName(tokens, searchPath);
    if (name !== undefined) await warehouse.locks.take(name, session, signal);
    const note = await noteFor(connection, tokens, searchPath, currentUser);
    const wasThere = await mayBeThere(session, tokens);
    for (const sequence of before) await connection.run(sequence);
    const outcome = await command(connection, sql.sql, values);
    await noteLengths(connection, tokens, wasThere);
    await note?.(connection);
    return outcome;
  });
}

async function run(session: WarehouseSession, tokens: readonly Token[], statement: Statement): Promise<Outcome> {
  const { connection } = session;
  const kind = statementKind(tokens);
  const word = tokens[0]?.value ?? '';
  const values = boundValues(tokens, statement);
  let translated = kind === 'create-table' ? withoutSource('') : translate(tokens);
  try {
    const allowed = await permitted(session, tokens, statement.request.database);
    translated = allowed.sql;
    if (kind === 'query') return await query(connection, translated.sql, values);
    const defines = ['create', 'drop', 'alter'].includes(word);
    return await (defines
      ? define(session, tokens, allowed, values, statement.cancellation.signal)
      : command(connection, translated.sql, values));
  } catch (cause) {
    throw fromEngineError(cause, tokens, translated);
  }
}

async function merge(session: WarehouseSession, tokens: readonly Token[], statement: Statement): Promise<Outcome> {
  const values = boundValues(tokens, statement);
  try {
    const guarded = await guardOf(session);
    const change = async (sql: string, bound: Values): Promise<number> =>
      (await command(session.connection, sql, bound)).rows;
    return await runMerge(session, tokens, guarded, values, change);
  } catch (cause) {
    throw fromEngineError(cause, tokens, withoutSource(''));
  }
}

/** Begins or ends a transaction, as PostgreSQL does: after an error a COMMIT rolls back. */
async function control(session: WarehouseSession, tokens: readonly Token[]): Promise<Outcome> {
  const begins = isWord(tokens[0], 'begin');
  const { sql } = session.transaction === 'failed' ? withoutSource('ROLLBACK') : translate(tokens);
  try {
    await session.connection.run(sql);
  } catch (cause) {
    throw fromEngineError(cause, tokens, withoutSource(sql));
  } finally {
    // Whatever becomes of it, its end ends the transaction.
    if (!begins) endTransaction(session);
  }
  if (begins) session.transaction = 'open';
  return nothing;
}

async function perform(session: WarehouseSession, statement: Statement, commands: S3Commands): Promise<Outcome> {
  const tokens = singleStatement(tokenize(statement.request.sql));
  const controls = controlsTransaction(tokens);
  if (session.transaction === 'failed' && (!controls || isWord(tokens[0], 'begin'))) {
    throw new SqlError('25P02', 'current transaction is aborted, commands ignored until end of transaction block');
  }
  if (controls) return control(session, tokens);
  const securityCommand = parseCommand(tokens);
  if (securityCommand !== undefined) {
    await runCommand(session, securityCommand);
    return nothing;
  }
  switch (statementKind(tokens)) {
    case 'ignored':
      return nothing;
    case 'setting':
      await applySetting(session, tokens);
      return nothing;
    case 'unload':
      return commands.unload(session, tokens, statement.cancellation.signal);
    case 'copy': {
      const { queryId, pid, request, cancellation } = statement;
      return commands.copy(session, tokens, { queryId, pid, database: request.database }, cancellation.signal);
    }
    case 'merge':
      return merge(session, tokens, statement);
    case 'query':
    case 'command':
    case 'create-table':
      return run(session, tokens, statement);
  }
}

/** Translates and runs one statement in a session. Rejects with SqlError for what Redshift would refuse. */
export async function execute(session: WarehouseSession, statement: Statement, commands: S3Commands): Promise<Outcome> {
  try {
    return await perform(session, statement, commands);
  } catch (cause) {
    if (session.transaction === 'open') session.transaction = 'failed';
    throw cause;
  }
}
