import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';

/** The schema of users, rights and policies. Only the administrator's SQL reaches it. */
export const SECURITY_SCHEMA = 'rs_security';

const TABLES: readonly string[] = [
  'principals (kind VARCHAR, name VARCHAR, is_superuser BOOLEAN)',
  'members (kind VARCHAR, name VARCHAR, member_kind VARCHAR, member VARCHAR)',
  'owners (schema_name VARCHAR, name VARCHAR, owner VARCHAR)',
  `grants (object VARCHAR, schema_name VARCHAR, name VARCHAR, privilege VARCHAR, grantee_kind VARCHAR, grantee VARCHAR,
    grantable BOOLEAN)`,
  'policies (name VARCHAR, columns VARCHAR, alias VARCHAR, expression VARCHAR)',
  'attachments (policy VARCHAR, schema_name VARCHAR, name VARCHAR, grantee_kind VARCHAR, grantee VARCHAR)',
  'protections (schema_name VARCHAR, name VARCHAR, conjunction VARCHAR)',
];

/** Creates what is missing. As in Redshift, everybody may use `public` and create in it until that is revoked. */
export async function prepareSecurity(connection: DuckDBConnection): Promise<void> {
  const known = await read(connection, `SELECT 1 FROM duckdb_schemas() WHERE schema_name = '${SECURITY_SCHEMA}'`);
  if (known.length > 0) return;
  await connection.run('BEGIN');
  await connection.run(`CREATE SCHEMA ${SECURITY_SCHEMA}`);
  for (const table of TABLES) await connection.run(`CREATE TABLE ${SECURITY_SCHEMA}.${table}`);
  await connection.run(
    `INSERT INTO ${SECURITY_SCHEMA}.grants VALUES ('schema', 'public', '', 'USAGE', 'public', '', false),
       ('schema', 'public', '', 'CREATE', 'public', '', false)`,
  );
  await connection.run('COMMIT');
}

/** Rows of a query, each value as text, NULL as ''. */
export async function read(
  connection: DuckDBConnection,
  sql: string,
  values: readonly DuckDBValue[] = [],
): Promise<string[][]> {
  const rows = (await connection.runAndReadAll(sql, [...values])).getRows();
  return rows.map((row) => row.map((value) => (value === null ? '' : String(value))));
}

/** Runs a change; `values` are bound as $1, $2, ... */
export async function write(
  connection: DuckDBConnection,
  sql: string,
  values: readonly DuckDBValue[] = [],
): Promise<number> {
  return (await connection.run(sql, [...values])).rowsChanged;
}
