import type { DuckDBConnection } from '@duckdb/node-api';
import { SqlError } from '../sql/sql-error.ts';

/** A relation that a query names, other than its own common table expressions. */
export interface NamedRelation {
  /** Without quotes; empty where the query says none. */
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
  readonly hasAlias: boolean;
  /** Character of the SQL at which the name begins. */
  readonly start: number;
}

/** A column that the query names with schema and table. */
export interface QualifiedColumn {
  readonly names: readonly string[];
  readonly start: number;
}

/** What a query reads. */
export interface QueryTree {
  readonly relations: readonly NamedRelation[];
  readonly columns: readonly QualifiedColumn[];
  /** Scalar, aggregate and table functions in lower case. */
  readonly functions: readonly string[];
  readonly tableFunctions: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;
type Scope = ReadonlySet<string>;

/** Parts of a syntax tree that are known to be harmless by themselves. Anything else is refused. */
const PARTS = new Set([
  'SELECT_NODE',
  'SET_OPERATION_NODE',
  'RECURSIVE_CTE_NODE',
  'CTE_NODE',
  'BASE_TABLE',
  'TABLE_FUNCTION',
  'SUBQUERY',
  'JOIN',
  'EXPRESSION_LIST',
  'EMPTY',
  'ORDER_MODIFIER',
  'LIMIT_MODIFIER',
  'LIMIT_PERCENT_MODIFIER',
  'DISTINCT_MODIFIER',
  'ORDER_DEFAULT',
  'ASCENDING',
  'DESCENDING',
  // Of a type in a cast.
  'DECIMAL_TYPE_INFO',
  'STRING_TYPE_INFO',
  'LIST_TYPE_INFO',
  'STRUCT_TYPE_INFO',
  'ARRAY_TYPE_INFO',
  'UNBOUND_TYPE_INFO',
]);
const MAX_DEPTH = 2000;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const notAllowed = (what: string): SqlError => new SqlError('42501', `permission denied: ${what} is not open to users`);

/** The engine counts bytes, JavaScript UTF-16 units. */
function characterOffsets(sql: string): (bytes: unknown) => number {
  const utf8 = Buffer.from(sql);
  return (bytes) => {
    if (typeof bytes !== 'number' || bytes > utf8.length) return -1;
    return utf8.length === sql.length ? bytes : utf8.subarray(0, bytes).toString().length;
  };
}

class Walker {
  readonly relations: NamedRelation[] = [];
  readonly columns: QualifiedColumn[] = [];
  readonly functions: string[] = [];
  readonly tableFunctions: string[] = [];
  private readonly offset: (bytes: unknown) => number;

  constructor(sql: string) {
    this.offset = characterOffsets(sql);
  }

  walk(value: unknown, scope: Scope, depth = 0): void {
    if (depth > MAX_DEPTH) throw new SqlError('54001', 'stack depth limit exceeded');
    if (Array.isArray(value)) {
      for (const item of value as unknown[]) this.walk(item, scope, depth + 1);
    } else if (isObject(value)) this.visit(value, scope, depth);
  }

  private visit(node: Json, scope: Scope, depth: number): void {
    if (typeof node.class === 'string') this.expression(node);
    else if (typeof node.type === 'string') this.part(node, scope);
    const inner = this.commonTables(node, scope, depth);
    for (const [key, member] of Object.entries(node)) {
      if (key === 'cte_map') continue;
      // A recursive expression sees itself only in its second part.
      const recurses = node.type === 'RECURSIVE_CTE_NODE' && key === 'right';
      this.walk(member, recurses ? new Set([...inner, text(node.cte_name).toLowerCase()]) : inner, depth + 1);
    }
  }

  /** Each expression sees those before it, the body all of them. */
  private commonTables(node: Json, scope: Scope, depth: number): Scope {
    const map = isObject(node.cte_map) ? node.cte_map.map : undefined;
    if (!Array.isArray(map)) return scope;
    const inner = new Set(scope);
    for (const entry of map as unknown[]) {
      if (!isObject(entry)) continue;
      this.walk(entry.value, new Set(inner), depth + 1);
      inner.add(text(entry.key).toLowerCase());
    }
    return inner;
  }

  private part(node: Json, scope: Scope): void {
    const type = text(node.type);
    if (!PARTS.has(type)) throw notAllowed(type.toLowerCase());
    if (type === 'BASE_TABLE') this.relation(node, scope);
    if (type === 'TABLE_FUNCTION' && isObject(node.function)) {
      this.tableFunctions.push(text(node.function.function_name).toLowerCase());
    }
  }

  private relation(node: Json, scope: Scope): void {
    const [catalog, schema, name] = [text(node.catalog_name), text(node.schema_name), text(node.table_name)];
    if (catalog === '' && schema === '' && scope.has(name.toLowerCase())) return;
    const start = this.offset(node.query_location);
    if (start < 0) throw notAllowed(`relation ${name} in this place`);
    this.relations.push({ catalog, schema, name, hasAlias: text(node.alias) !== '', start });
  }

  private expression(node: Json): void {
    if (node.class === 'FUNCTION' || node.class === 'WINDOW') {
      this.functions.push(text(node.function_name).toLowerCase());
    }
    const names: unknown = node.column_names;
    if (node.class === 'COLUMN_REF' && Array.isArray(names) && names.length > 2) {
      this.columns.push({ names: names.map(text), start: this.offset(node.query_location) });
    }
  }
}

/** Thrown for SQL that is no single query; the engine itself has the better words for it. */
export class NotAQuery extends Error {
  override readonly name = 'NotAQuery';
}

/** Parses a query with the engine's own parser. Rejects with NotAQuery, and with SqlError for what users may not do. */
export async function queryTree(connection: DuckDBConnection, sql: string): Promise<QueryTree> {
  const serialize = 'SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_empty := true)';
  const rows = (await connection.runAndReadAll(serialize, [sql])).getRows();
  const parsed: unknown = JSON.parse(String(rows[0]?.[0]));
  if (!isObject(parsed) || parsed.error !== false || !Array.isArray(parsed.statements)) {
    throw new NotAQuery(isObject(parsed) ? text(parsed.error_message) : 'not a query');
  }
  if (parsed.statements.length !== 1) throw new NotAQuery('more than one statement');
  const walker = new Walker(sql);
  walker.walk(parsed.statements, new Set());
  return walker;
}
