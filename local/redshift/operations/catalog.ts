import * as z from 'zod';
import type { DuckDBConnection } from '@duckdb/node-api';
import { lengthIn } from '../engine/text-lengths.ts';
import type { Caller } from '../identity/caller.ts';
import { loginFor } from '../identity/login.ts';
import { validation } from '../protocol/api-error.ts';
import { relationSql } from '../security/relation.ts';
import { SECURITY_SCHEMA } from '../security/state.ts';
import { guardOf, logIn, type WarehouseSession } from '../security/warehouse-session.ts';
import { SqlError } from '../sql/sql-error.ts';
import { redshiftType } from '../values/redshift-type.ts';
import { operation, type Service } from './operation.ts';
import { page, pageSize } from './page-token.ts';
import { targetMembers, targetOf, type TargetInput } from './shared-schemas.ts';

const paging = { MaxResults: z.int().min(0).max(1000).optional(), NextToken: z.string().optional() };
const common = { ...targetMembers, ConnectedDatabase: z.string().optional(), ...paging };
const MAX_PAGE = 1000;

/** Works on a connection of the caller's database user. */
async function connected<T>(
  { database, warehouse, secrets }: Service,
  input: TargetInput,
  caller: Caller,
  work: (connection: DuckDBConnection, sees: (schema: string, name?: string) => boolean) => Promise<T>,
): Promise<T> {
  const { target } = targetOf(input);
  const connection = await database.connect();
  try {
    const session = await logIn(connection, loginFor(target, caller, secrets), warehouse);
    return await work(connection, await visibility(session));
  } catch (cause) {
    if (cause instanceof SqlError) throw validation(cause.describe());
    throw cause;
  } finally {
    connection.closeSync();
  }
}

const RIGHTS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** Whether a schema or relation is the user's to see: everything but the users and rights themselves for superusers. */
async function visibility(session: WarehouseSession): Promise<(schema: string, name?: string) => boolean> {
  const guarded = await guardOf(session);
  if (guarded === undefined) return (schema) => schema !== SECURITY_SCHEMA;
  const { access } = guarded;
  return (schema, name) =>
    name === undefined
      ? access.mayInSchema('USAGE', schema)
      : RIGHTS.some((right) => access.may(right, { schema, name }));
}

const read = async (connection: DuckDBConnection, sql: string, values: string[]): Promise<string[][]> =>
  (await connection.runAndReadAll(sql, values)).getRows().map((row) => row.map(String));

/** Pages as SQL LIKE, with Redshift's wildcards. */
const RELATIONS = `
  SELECT table_schema, table_name, CASE table_type WHEN 'VIEW' THEN 'VIEW' ELSE 'TABLE' END
  FROM information_schema.tables
  WHERE table_schema NOT IN ('main', 'information_schema', 'pg_catalog') AND table_schema LIKE $1 AND table_name LIKE $2
  ORDER BY table_schema, table_name`;

export const listTables = operation(
  z.object({ ...common, SchemaPattern: z.string().optional(), TablePattern: z.string().optional() }),
  async (service, input, caller) => {
    const found = await connected(service, input, caller, async (connection, sees) => {
      const relations = await read(connection, RELATIONS, [input.SchemaPattern ?? '%', input.TablePattern ?? '%']);
      return relations.filter(([schema = '', name = '']) => sees(schema, name));
    });
    const { items, NextToken } = page('tables', found, input.NextToken, pageSize(input.MaxResults, MAX_PAGE));
    return { Tables: items.map(([schema, name, type]) => ({ schema, name, type })), NextToken };
  },
);

export const listSchemas = operation(
  z.object({ ...common, SchemaPattern: z.string().optional() }),
  async (service, input, caller) => {
    const sql = `SELECT DISTINCT schema_name FROM duckdb_schemas() WHERE NOT internal AND schema_name LIKE $1 ORDER BY 1`;
    const found = await connected(service, input, caller, async (connection, sees) => {
      const schemas = await read(connection, sql, [input.SchemaPattern ?? '%']);
      return schemas.filter(([schema = '']) => sees(schema));
    });
    const { items, NextToken } = page('schemas', found, input.NextToken, pageSize(input.MaxResults, MAX_PAGE));
    return { Schemas: items.map(([name]) => name), NextToken };
  },
);

export const listDatabases = operation(z.object(common), (_service, input) => {
  const { database } = targetOf(input);
  return { Databases: [database] };
});

/** The columns of one table; an unknown table has none, as in the service. */
export const describeTable = operation(
  z.object({ ...common, Schema: z.string().optional(), Table: z.string().optional() }),
  async (service, input, caller) => {
    const schema = input.Schema ?? 'public';
    const table = input.Table ?? '';
    const columns = await connected(service, input, caller, async (connection, sees) =>
      sees(schema, table) ? columnsOf(connection, schema, table) : [],
    );
    const { items, NextToken } = page(
      `columns ${schema}`,
      columns,
      input.NextToken,
      pageSize(input.MaxResults, MAX_PAGE),
    );
    return { TableName: input.Table, ColumnList: items, NextToken };
  },
);

/** That of an IDENTITY column, a sequence here, is a call of one of two functions there. */
function shownDefault(sql: string): string {
  const sequence = /rs_(default_)?identity_/.exec(sql);
  return sequence === null ? sql : `"${sequence[1] ?? ''}identity"(0, 0, '1,1'::text)`;
}

async function columnsOf(connection: DuckDBConnection, schema: string, table: string): Promise<object[]> {
  const sql = `
    SELECT column_name, is_nullable, column_default, "comment" FROM duckdb_columns()
    WHERE schema_name = $1 AND table_name = $2 AND NOT internal ORDER BY column_index`;
  const known = (await connection.runAndReadAll(sql, [schema, table])).getRows();
  if (known.length === 0) return [];
  const relation = relationSql({ schema, name: table });
  const types = (await connection.run(`SELECT * FROM ${relation} LIMIT 0`)).columnTypes().map(redshiftType);
  return known.map(([name, nullable, fallback, comment], index) => ({
    name: String(name),
    nullable: nullable === true ? 1 : 0,
    columnDefault: fallback === null ? undefined : shownDefault(String(fallback)),
    typeName: types[index]?.name,
    length: (comment === null ? undefined : lengthIn(String(comment))?.length) ?? types[index]?.length,
    precision: types[index]?.precision,
    scale: types[index]?.scale,
    schemaName: schema,
    tableName: table,
  }));
}
