import * as z from 'zod';
import type { Database } from '../engine/database.ts';
import { redshiftType } from '../values/redshift-type.ts';
import { operation } from './operation.ts';
import { page, pageSize } from './page-token.ts';
import { targetMembers, targetOf } from './shared-schemas.ts';

const paging = { MaxResults: z.int().min(0).max(1000).optional(), NextToken: z.string().optional() };
const common = { ...targetMembers, ConnectedDatabase: z.string().optional(), ...paging };
const MAX_PAGE = 1000;

async function rows(database: Database, sql: string, values: string[]): Promise<string[][]> {
  const connection = await database.connect();
  try {
    return (await connection.runAndReadAll(sql, values)).getRows().map((row) => row.map(String));
  } finally {
    connection.closeSync();
  }
}

/** Pages as SQL LIKE, with Redshift's wildcards. */
const RELATIONS = `
  SELECT table_schema, table_name, CASE table_type WHEN 'VIEW' THEN 'VIEW' ELSE 'TABLE' END
  FROM information_schema.tables
  WHERE table_schema NOT IN ('main', 'information_schema', 'pg_catalog') AND table_schema LIKE $1 AND table_name LIKE $2
  ORDER BY table_schema, table_name`;

export const listTables = operation(
  z.object({ ...common, SchemaPattern: z.string().optional(), TablePattern: z.string().optional() }),
  async ({ database }, input) => {
    targetOf(input);
    const found = await rows(database, RELATIONS, [input.SchemaPattern ?? '%', input.TablePattern ?? '%']);
    const { items, NextToken } = page('tables', found, input.NextToken, pageSize(input.MaxResults, MAX_PAGE));
    return { Tables: items.map(([schema, name, type]) => ({ schema, name, type })), NextToken };
  },
);

export const listSchemas = operation(
  z.object({ ...common, SchemaPattern: z.string().optional() }),
  async ({ database }, input) => {
    targetOf(input);
    const sql = `SELECT DISTINCT schema_name FROM duckdb_schemas() WHERE NOT internal AND schema_name LIKE $1 ORDER BY 1`;
    const found = await rows(database, sql, [input.SchemaPattern ?? '%']);
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
  async ({ database }, input) => {
    targetOf(input);
    const schema = input.Schema ?? 'public';
    const connection = await database.connect();
    try {
      const sql = `
        SELECT column_name, is_nullable, column_default FROM information_schema.columns
        WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position`;
      const known = (await connection.runAndReadAll(sql, [schema, input.Table ?? ''])).getRows();
      if (known.length === 0) return { TableName: input.Table, ColumnList: [] };
      const quoted = [schema, input.Table ?? ''].map((name) => `"${name.replaceAll('"', '""')}"`).join('.');
      const types = (await connection.run(`SELECT * FROM ${quoted} LIMIT 0`)).columnTypes().map(redshiftType);
      const columns = known.map(([name, nullable, fallback], index) => ({
        name: String(name),
        nullable: nullable === 'YES' ? 1 : 0,
        columnDefault: fallback === null ? undefined : String(fallback),
        typeName: types[index]?.name,
        length: types[index]?.length,
        precision: types[index]?.precision,
        scale: types[index]?.scale,
        schemaName: schema,
        tableName: input.Table,
      }));
      const { items, NextToken } = page(
        `columns ${schema}`,
        columns,
        input.NextToken,
        pageSize(input.MaxResults, MAX_PAGE),
      );
      return { TableName: input.Table, ColumnList: items, NextToken };
    } finally {
      connection.closeSync();
    }
  },
);
