import type { DuckDBConnection } from '@duckdb/node-api';
import type { Token } from '../sql/lexer.ts';
import { isWord } from '../sql/spans.ts';
import { TokenReader } from '../sql/token-reader.ts';
import { readCatalog, TEMPORARY, type Catalog } from './catalog.ts';
import { relationKey, sameRelation, type Relation } from './relation.ts';
import { SECURITY_SCHEMA, write } from './state.ts';

/** What to note of users and rights once a statement that changes the catalog has run. */
export type Note = (connection: DuckDBConnection) => Promise<void>;

const RELATION_TABLES = ['owners', 'grants', 'attachments', 'protections'];
const ofRelation = 'lower(schema_name) = lower($1) AND lower(name) = lower($2)';

async function forget(connection: DuckDBConnection, { schema, name }: Relation): Promise<void> {
  for (const table of RELATION_TABLES) {
    await write(connection, `DELETE FROM ${SECURITY_SCHEMA}.${table} WHERE ${ofRelation}`, [schema, name]);
  }
}

async function forgetSchema(connection: DuckDBConnection, schema: string): Promise<void> {
  for (const table of RELATION_TABLES) {
    await write(connection, `DELETE FROM ${SECURITY_SCHEMA}.${table} WHERE lower(schema_name) = lower($1)`, [schema]);
  }
}

/** As the engine resolves it, were it not for temporary tables, which nobody has rights to. */
function resolved(catalog: Catalog, path: readonly string[], { schema, name }: Relation): Relation | undefined {
  const entry = catalog.find(schema, name, [TEMPORARY, ...path]);
  return entry === undefined || entry.kind === 'temporary' ? undefined : { schema: entry.schema, name: entry.name };
}

/** The table or view that CREATE (read already) makes, if it is not a temporary one. */
function newRelation(reader: TokenReader, path: readonly string[]): Relation | undefined {
  if (reader.takes('temp') || reader.takes('temporary') || reader.takes('local')) return undefined;
  reader.takes('or', 'replace');
  if (!reader.takes('table') && !reader.takes('view')) return undefined;
  reader.takes('if', 'not', 'exists');
  const { schema, name } = reader.relation();
  if (name.startsWith('#')) return undefined;
  return { schema: schema === '' ? (path[0] ?? 'public') : schema, name };
}

/** A key for the permanent table or view that a statement creates. */
export function createdName(tokens: readonly Token[], path: readonly string[]): string | undefined {
  if (!isWord(tokens[0], 'create')) return undefined;
  const relation = newRelation(new TokenReader(tokens, 1), path);
  return relation === undefined ? undefined : relationKey(relation);
}

/** A new table or view belongs to whoever made it; to nobody's name when that is the administrator. */
function created(
  reader: TokenReader,
  catalog: Catalog,
  path: readonly string[],
  user: string | undefined,
): Note | undefined {
  const relation = newRelation(reader, path);
  if (relation === undefined || user === undefined) return undefined;
  if (catalog.inSchema(relation.schema).some((known) => sameRelation(known, relation))) return undefined;
  return async (connection) => {
    const { schema, name } = relation;
    await write(connection, `INSERT INTO ${SECURITY_SCHEMA}.owners VALUES ($1, $2, $3)`, [schema, name, user]);
  };
}

function dropped(reader: TokenReader, catalog: Catalog, path: readonly string[]): Note | undefined {
  const isSchema = reader.takes('schema');
  if (!isSchema && !reader.takes('table') && !reader.takes('view')) return undefined;
  reader.takes('if', 'exists');
  const names = reader.list(() => reader.relation());
  return async (connection) => {
    for (const named of names) {
      const relation = isSchema ? undefined : resolved(catalog, path, named);
      if (isSchema) await forgetSchema(connection, named.name);
      else if (relation !== undefined) await forget(connection, relation);
    }
  };
}

/** Rights and policies stay with a table that gets another name. */
function renamed(reader: TokenReader, catalog: Catalog, path: readonly string[]): Note | undefined {
  if (!reader.takes('table') && !reader.takes('view')) return undefined;
  reader.takes('if', 'exists');
  const relation = resolved(catalog, path, reader.relation());
  if (relation === undefined || !reader.takes('rename', 'to')) return undefined;
  const name = reader.name().value;
  return async (connection) => {
    for (const table of RELATION_TABLES) {
      const sql = `UPDATE ${SECURITY_SCHEMA}.${table} SET name = $3 WHERE ${ofRelation}`;
      await write(connection, sql, [relation.schema, relation.name, name]);
    }
  };
}

/** Reads what a statement is about to do to the catalog; undefined when nothing has to be noted. */
export async function noteFor(
  connection: DuckDBConnection,
  tokens: readonly Token[],
  path: readonly string[],
  user: string | undefined,
): Promise<Note | undefined> {
  const [first] = tokens;
  if (!isWord(first, 'create', 'drop', 'alter')) return undefined;
  const catalog = await readCatalog(connection);
  const reader = new TokenReader(tokens, 1);
  if (isWord(first, 'create')) return created(reader, catalog, path, user);
  return isWord(first, 'drop') ? dropped(reader, catalog, path) : renamed(reader, catalog, path);
}
