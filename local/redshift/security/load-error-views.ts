import { sqlString } from '../sql/rewriter.ts';

/** The view of all load errors, with the name of the user whose they are. To SQL of users it does not exist. */
export const LOAD_ERRORS = 'rs_load_errors';

const DETAIL = `user_id, query_id, transaction_id, session_id, database_name, table_id, start_time, file_name, line_number,
  column_name, column_type, column_length, position, error_code, error_message`;

const STL = `user_id AS userid, 0 AS slice, table_id AS tbl, start_time AS starttime, session_id AS session,
  CAST(query_id AS INTEGER) AS query, file_name AS filename, line_number, column_name AS colname, column_type AS type,
  column_length AS col_length, position, raw_line, raw_field_value, error_code AS err_code, error_message AS err_reason,
  0 AS is_partial, CAST(0 AS BIGINT) AS start_offset, CAST(0 AS BIGINT) AS copy_job_id`;

/** Redshift's views of load errors, and what they select. */
export const LOAD_ERROR_VIEWS: Readonly<Record<string, string>> = {
  sys_load_error_detail: DETAIL,
  stl_load_errors: STL,
};

/** What a user sees of such a view: the errors of the user's own loads. Undefined for any other relation. */
export function ownLoadErrors(name: string, user: string): string | undefined {
  const list = LOAD_ERROR_VIEWS[name.toLowerCase()];
  if (list === undefined) return undefined;
  return `(SELECT ${list} FROM main.${LOAD_ERRORS} WHERE lower(user_name) = lower(${sqlString(user)}))`;
}
