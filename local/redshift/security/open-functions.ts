/** Table functions that read nothing but their arguments. */
export const OPEN_TABLE_FUNCTIONS: ReadonlySet<string> = new Set(['generate_series', 'range', 'unnest']);

/**
 * Functions of the engine that are no Redshift SQL and show what is not the user's: statistics of a column count rows that a
 * policy hides, plans and settings tell of the server, sequences are other tables' counters.
 */
export const CLOSED_FUNCTIONS: ReadonlySet<string> = new Set([
  'stats',
  'getvariable',
  'current_setting',
  'json_serialize_plan',
  'nextval',
  'currval',
  'write_log',
  'current_query',
  'parse_duckdb_log_message',
]);
