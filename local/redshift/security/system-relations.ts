import { sqlString } from '../sql/rewriter.ts';
import { ownLoadErrors } from './load-error-views.ts';
import type { Relation } from './relation.ts';

/** System views that users may read, cut down to the relations they have a right to; with the column that names those. */
const OPEN: Readonly<Record<string, string>> = { tables: 'table_name', columns: 'table_name', views: 'table_name' };

const SCHEMAS = new Set(['information_schema', 'pg_catalog']);
const PREFIXES = /^(?:pg_|stl_|stv_|svl_|svv_|sys_|svcs_|duckdb_|sqlite_|pragma_)/;

/** Whether a name belongs to the system. */
export const isSystemRelation = (schema: string, name: string): boolean =>
  SCHEMAS.has(schema.toLowerCase()) || (schema === '' && PREFIXES.test(name.toLowerCase()));

/** What a user gets to see in the place of a system view; undefined when it is closed. */
export function openSystemRelation(
  schema: string,
  name: string,
  visible: { readonly user: string; readonly relations: readonly Relation[] },
): string | undefined {
  if (schema === '') return ownLoadErrors(name, visible.user);
  const column = schema.toLowerCase() === 'information_schema' ? OPEN[name.toLowerCase()] : undefined;
  if (column === undefined) return undefined;
  const rows = visible.relations.map((relation) => `(${sqlString(relation.schema)}, ${sqlString(relation.name)})`);
  const condition = rows.length === 0 ? 'false' : `(table_schema, ${column}) IN (${rows.join(', ')})`;
  return `(SELECT * FROM information_schema.${name.toLowerCase()} WHERE ${condition})`;
}
