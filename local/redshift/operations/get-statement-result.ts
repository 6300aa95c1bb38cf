import * as z from 'zod';
import { resourceNotFound, validation } from '../protocol/api-error.ts';
import type { Caller } from '../identity/caller.ts';
import type { ResultColumn, ResultFormat } from '../statements/statement.ts';
import { csvOf } from '../values/csv.ts';
import type { Field } from '../values/field.ts';
import { operation, type Service } from './operation.ts';
import { ownStatement } from './ownership.ts';
import { page } from './page-token.ts';
import { StatementId, WaitTimeSeconds } from './shared-schemas.ts';

const PAGE_ROWS = 1000;

const NUMERIC = new Set(['int2', 'int4', 'int8', 'float4', 'float8', 'numeric']);

const columnMetadata = ({ name, type }: ResultColumn): object => ({
  name,
  label: name,
  typeName: type.name,
  nullable: 1,
  isCaseSensitive: type.name === 'varchar',
  isCurrency: false,
  isSigned: NUMERIC.has(type.name),
  length: type.length,
  precision: type.precision,
  scale: type.scale,
  schemaName: '',
  tableName: '',
});

const Request = z.object({ Id: StatementId, NextToken: z.string().optional(), WaitTimeSeconds });

interface ResultPage {
  readonly rows: readonly (readonly Field[])[];
  /** The members that both operations reply with. */
  readonly view: object;
}

/** A page of a finished statement's result, which must have been asked for in this format. */
async function resultPage(
  { store }: Service,
  input: z.infer<typeof Request>,
  caller: Caller,
  format: ResultFormat,
): Promise<ResultPage> {
  const operationName = format === 'CSV' ? 'GetStatementResultV2' : 'GetStatementResult';
  const statement = ownStatement(store, input.Id, caller, operationName);
  await store.waitUntilEnded(statement, (input.WaitTimeSeconds ?? 0) * 1000);
  if (statement.kind === 'batch') {
    throw validation(
      `Cannot get results: the query is a batch. Ask for those of its statements, ${statement.id}:1 and so on.`,
    );
  }
  if (statement.status !== 'FINISHED') {
    throw validation(`Cannot get results: the query is in ${statement.status} state.`);
  }
  if (statement.result === undefined) throw resourceNotFound('Query does not have result.', statement.id);
  if (statement.request.resultFormat !== format) {
    throw validation(`${operationName} needs a statement whose ResultFormat is ${format}.`);
  }
  const { columns, rows } = statement.result;
  const { items, NextToken } = page(statement.id, rows, input.NextToken, PAGE_ROWS);
  return { rows: items, view: { ColumnMetadata: columns.map(columnMetadata), TotalNumRows: rows.length, NextToken } };
}

export const getStatementResult = operation(Request, async (service, input, caller) => {
  const { rows, view } = await resultPage(service, input, caller, 'JSON');
  return { ...view, Records: rows };
});

/** Each page is one text: its rows as CSV. */
export const getStatementResultV2 = operation(Request, async (service, input, caller) => {
  const { rows, view } = await resultPage(service, input, caller, 'CSV');
  return { ...view, ResultFormat: 'csv', Records: rows.length === 0 ? [] : [{ CSVRecords: csvOf(rows) }] };
});
