import * as z from 'zod';
import { resourceNotFound, validation } from '../protocol/api-error.ts';
import type { ResultColumn } from '../statements/statement.ts';
import { operation } from './operation.ts';
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

export const getStatementResult = operation(Request, async ({ store }, input) => {
  const statement = store.get(input.Id);
  await store.waitUntilEnded(statement, (input.WaitTimeSeconds ?? 0) * 1000);
  if (statement.status !== 'FINISHED') {
    throw validation(`Cannot get results: the query is in ${statement.status} state.`);
  }
  if (statement.result === undefined) throw resourceNotFound('Query does not have result.', statement.id);
  const { columns, rows } = statement.result;
  const { items, NextToken } = page(statement.id, rows, input.NextToken, PAGE_ROWS);
  return { ColumnMetadata: columns.map(columnMetadata), Records: items, TotalNumRows: rows.length, NextToken };
});
