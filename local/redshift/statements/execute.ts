import { errorMessage } from '../engine/error-message.ts';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createTable } from '../sql/create-table.ts';
import { fromEngineError } from '../sql/engine-errors.ts';
import { tokenize, type Token } from '../sql/lexer.ts';
import { joinPieces, type TranslatedSql } from '../sql/pieces.ts';
import { singleStatement, statementKind } from '../sql/statement-kind.ts';
import { SqlError } from '../sql/sql-error.ts';
import { createRewriter, translate } from '../sql/translate.ts';
import { fieldBytes, toField, type Field } from '../values/field.ts';
import { redshiftType } from '../values/redshift-type.ts';
import type { ResultSet, Statement } from './statement.ts';

/** What a statement that ended well leaves behind. */
export interface Outcome {
  readonly result: ResultSet | undefined;
  /** -1 when not known. */
  readonly rows: number;
}

export type Values = Record<string, string | bigint | number>;

/** Runs UNLOAD, which is given its tokens. */
export type Unload = (connection: DuckDBConnection, tokens: readonly Token[], signal: AbortSignal) => Promise<Outcome>;

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

/** Translates and runs one statement on a connection of its own. Rejects with SqlError for what Redshift would refuse. */
export async function execute(connection: DuckDBConnection, statement: Statement, unload: Unload): Promise<Outcome> {
  const tokens = singleStatement(tokenize(statement.request.sql));
  const kind = statementKind(tokens);
  if (kind === 'ignored') return { result: undefined, rows: 0 };
  if (kind === 'unload') return unload(connection, tokens, statement.cancellation.signal);
  const values = boundValues(tokens, statement);
  let translated: TranslatedSql = { sql: '', sourceOffset: () => 0 };
  try {
    if (kind === 'create-table') {
      const { sequences, pieces } = createTable(createRewriter(tokens));
      for (const sequence of sequences) await connection.run(sequence);
      translated = joinPieces(pieces);
      return await command(connection, translated.sql, values);
    }
    translated = translate(tokens);
    return await (kind === 'query' ? query : command)(connection, translated.sql, values);
  } catch (cause) {
    throw fromEngineError(cause, tokens, translated);
  }
}
