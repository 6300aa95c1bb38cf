import type { SqlRefusalCode } from './refusals.ts';
import type { NamedKind, PlainKind } from './syntax-tree.ts';

/** What may appear in a query. Exhaustive: a node kind that is new in the grammar does not compile until it is judged here. */
export const NODE_POLICY: Readonly<Record<PlainKind | NamedKind | 'query', 'allowed' | SqlRefusalCode>> = {
  alias: 'allowed',
  call: 'allowed',
  case: 'allowed',
  cast: 'allowed',
  column: 'allowed',
  cte: 'allowed',
  derived: 'allowed',
  file: 'SQL_FILE_RELATION',
  into: 'SQL_SELECT_INTO',
  join: 'allowed',
  literal: 'allowed',
  lock: 'SQL_LOCK_DENIED',
  operation: 'allowed',
  order: 'allowed',
  parameter: 'SQL_PARAMETER',
  pivot: 'allowed',
  query: 'allowed',
  row: 'allowed',
  select: 'allowed',
  star: 'allowed',
  subscript: 'allowed',
  table: 'allowed',
  'table-function': 'allowed',
  'table-parameter': 'SQL_PARAMETER',
  type: 'allowed',
  values: 'allowed',
  window: 'allowed',
};

/** Schemas of the system. `pg_` in front is the system's by rule: users cannot create such schemas. */
const SYSTEM_SCHEMA = /^(?:pg_.*|information_schema|sys|catalog_history)$/;
/** System tables and views wherever they are looked up. */
const SYSTEM_RELATION = /^(?:pg_|stl_|stv_|stcs_|svl_|svv_|svcs_)/;
/** The SYS_ monitoring views. Tables called so in a user's own schema (ServiceNow's, say) are the user's. */
const MONITORING_PREFIX = 'sys_';

/** Names that DuckDB, the local engine, would open as a file, and that are no sensible name of a table. */
const FILE_NAME = /[/\\*?]|\.(?:csv|tsv|txt|json|ndjson|jsonl|parquet|db|duckdb|sqlite)(?:\.\w+)?$/;
const FILE_EXTENSION = /^(?:csv|tsv|ndjson|jsonl|parquet)$/;

const CLOSED_FUNCTIONS: ReadonlySet<string> = new Set(
  // Settings, sessions and identities; sequences; models; SQL run from text; what reaches files, hosts or the engine's innards.
  `set_config current_setting set_session_context current_aws_account current_session_arn current_namespace
  user_is_member_of role_is_member_of
  nextval setval currval lastval
  explain_model
  query_to_xml table_to_xml schema_to_xml database_to_xml cursor_to_xml query query_table query_to_json json_execute_serialized_sql
  json_serialize_sql json_serialize_plan
  glob sniff_csv getenv getvariable which_secret install load checkpoint force_checkpoint
  ts_stat currtid currtid2 cursor_to_json inet_client_addr inet_client_port inet_server_addr inet_server_port
  xpath_table txid_current system shell getpgusername`.split(/\s+/),
);
const CLOSED_FUNCTION = new RegExp(
  '^(?:pg_|stl_|stv_|svl_|svv_|svcs_|sys_|has_\\w+_privilege$|lo_|dblink|duckdb_|pragma_|write_log' +
    '|read_(?:csv|json|ndjson|parquet|text|blob|xlsx|duckdb)|(?:parquet|seq|index|arrow|sqlite|postgres|mysql|iceberg|delta)_scan)',
);

/** Functions that make rows. Every other function after FROM is refused: that is how engines read files and other hosts. */
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set(['generate_series']);

/** Types whose literals look names up in the catalog. */
const CATALOG_TYPE = /^reg(?:class|collation|config|dictionary|namespace|oper|operator|proc|procedure|role|type)$/;

/** How names are compared: Redshift folds case even of quoted ones, and compatibility forms must not slip through. */
export function fold(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** A table or view named in FROM. */
export function judgeRelation(name: readonly string[]): SqlRefusalCode | undefined {
  const parts = name.map(fold);
  const table = parts.at(-1) ?? '';
  const qualifiers = parts.slice(0, -1);
  if (qualifiers.some((part) => SYSTEM_SCHEMA.test(part))) return 'SQL_SYSTEM_RELATION';
  if (SYSTEM_RELATION.test(table)) return 'SQL_SYSTEM_RELATION';
  if (qualifiers.length === 0 && table.startsWith(MONITORING_PREFIX)) return 'SQL_SYSTEM_RELATION';
  if (parts.some((part) => FILE_NAME.test(part))) return 'SQL_FILE_RELATION';
  return qualifiers.length > 0 && FILE_EXTENSION.test(table) ? 'SQL_FILE_RELATION' : undefined;
}

/**
 * A column, as far as it is qualified: old PostgreSQL adds a missing FROM entry for `pg_user.usename`, so that the
 * qualifier is a relation. `declared` holds the aliases and tables of the statement.
 */
export function judgeColumn(name: readonly string[], declared: ReadonlySet<string>): SqlRefusalCode | undefined {
  const qualifiers = name.slice(0, -1).map(fold);
  const closed = qualifiers.some(
    (part) =>
      SYSTEM_SCHEMA.test(part) ||
      SYSTEM_RELATION.test(part) ||
      (part.startsWith(MONITORING_PREFIX) && !declared.has(part)),
  );
  return closed ? 'SQL_SYSTEM_RELATION' : undefined;
}

/**
 * A function, by its name. Functions of a user's schema are open: they run with what EXECUTE grants the database user,
 * which is Redshift's to judge.
 */
export function judgeFunction(name: readonly string[], closed: ReadonlySet<string>): SqlRefusalCode | undefined {
  const parts = name.map(fold);
  const own = parts.at(-1) ?? '';
  const system = parts.slice(0, -1).some((part) => SYSTEM_SCHEMA.test(part));
  const builtIn = parts.length === 1 && (CLOSED_FUNCTIONS.has(own) || CLOSED_FUNCTION.test(own));
  return system || builtIn || closed.has(parts.join('.')) || closed.has(own) ? 'SQL_FUNCTION_DENIED' : undefined;
}

/** A function after FROM. */
export function judgeTableFunction(name: readonly string[]): SqlRefusalCode | undefined {
  return name.length === 1 && TABLE_FUNCTIONS.has(fold(name[0] ?? '')) ? undefined : 'SQL_FUNCTION_DENIED';
}

export function judgeType(name: readonly string[]): SqlRefusalCode | undefined {
  const parts = name.map(fold);
  const system = parts.slice(0, -1).some((part) => SYSTEM_SCHEMA.test(part));
  return system || CATALOG_TYPE.test(parts.at(-1) ?? '') ? 'SQL_SYSTEM_RELATION' : undefined;
}
