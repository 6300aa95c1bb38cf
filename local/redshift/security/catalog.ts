import type { DuckDBConnection } from '@duckdb/node-api';
import { LOAD_ERRORS, LOAD_ERROR_VIEWS } from './load-error-views.ts';
import type { Relation } from './relation.ts';
import { read, SECURITY_SCHEMA } from './state.ts';

/** A relation of the catalog. */
export type CatalogEntry = Relation &
  (
    | { readonly kind: 'table' }
    | { readonly kind: 'temporary' }
    | { readonly kind: 'view'; readonly definition: string; readonly columns: readonly string[] }
  );

/** What names mean to a connection. */
export interface Catalog {
  /** Looks for a name without schema in those of `path`, in order. */
  find(schema: string, name: string, path: readonly string[]): CatalogEntry | undefined;
  hasSchema(schema: string): boolean;
  all(): readonly CatalogEntry[];
  /** Tables and views of a schema. */
  inSchema(schema: string): CatalogEntry[];
}

/** Temporary tables go by this schema. */
export const TEMPORARY = 'temp';
const SYSTEM_VIEWS = [LOAD_ERRORS, ...Object.keys(LOAD_ERROR_VIEWS)].map((name) => `'${name}'`).join(', ');
const IDENTIFIER = String.raw`(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)`;
const VIEW_HEAD = new RegExp(
  String.raw`^CREATE (?:TEMP(?:ORARY)? )?VIEW (?:${IDENTIFIER}\.)*${IDENTIFIER}\s*(?:\((?:${IDENTIFIER}(?:, )?)+\))?\s*AS\s+`,
  'iu',
);

/** The query of `CREATE VIEW name (columns) AS query;` as the engine writes it. */
export function viewQuery(definition: string): string {
  const head = VIEW_HEAD.exec(definition)?.[0];
  if (head === undefined) throw new Error(`cannot read the definition of a view: ${definition.slice(0, 80)}`);
  return definition.slice(head.length).replace(/;\s*$/, '');
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Reads tables and views, those of `rs_security` and of the system left out: to SQL of users they do not exist. */
export async function readCatalog(connection: DuckDBConnection): Promise<Catalog> {
  const schemas = await read(
    connection,
    `SELECT schema_name FROM duckdb_schemas() WHERE NOT internal OR schema_name = 'main'`,
  );
  const tables = await read(
    connection,
    `SELECT schema_name, table_name, temporary FROM duckdb_tables() WHERE schema_name <> '${SECURITY_SCHEMA}'`,
  );
  const views = await read(
    connection,
    `SELECT v.schema_name, v.view_name, v.sql, string_agg(c.column_name, chr(0) ORDER BY c.column_index)
     FROM duckdb_views() v LEFT JOIN duckdb_columns() c
       ON c.database_name = v.database_name AND c.schema_name = v.schema_name AND c.table_name = v.view_name
     WHERE NOT v.internal AND NOT v.temporary AND NOT (v.schema_name = 'main' AND v.view_name IN (${SYSTEM_VIEWS}))
     GROUP BY ALL`,
  );
  const entries: CatalogEntry[] = [
    ...tables.map(([schema = '', name = '', temporary]) =>
      temporary === 'true'
        ? { kind: 'temporary' as const, schema: TEMPORARY, name }
        : { kind: 'table' as const, schema, name },
    ),
    ...views.map(([schema = '', name = '', sql = '', columns = '']) => ({
      kind: 'view' as const,
      schema,
      name,
      definition: sql,
      columns: columns.split('\0'),
    })),
  ];
  const inSchema = (schema: string): CatalogEntry[] => entries.filter((entry) => same(entry.schema, schema));
  return {
    all: () => entries,
    inSchema,
    hasSchema: (schema) => schemas.some(([name = '']) => same(name, schema)),
    find(schema, name, path) {
      const searched = schema === '' ? path : [schema];
      for (const candidate of searched) {
        const entry = inSchema(candidate).find((known) => same(known.name, name));
        if (entry !== undefined) return entry;
      }
      return undefined;
    },
  };
}
