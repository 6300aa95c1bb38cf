import { CAST_MACROS } from './cast-macros.ts';

/**
 * Redshift's functions where DuckDB has none or means something else, as DuckDB macros (overloaded by type). The translator
 * calls them by these names; sql/renamed-functions.ts says which Redshift name each stands for.
 */
export const MACROS: readonly string[] = [
  ...CAST_MACROS,
  `rs_getdate() AS CAST(date_trunc('second', timezone('UTC', now())) AS TIMESTAMP)`,
  `rs_sysdate() AS CAST(timezone('UTC', now()) AS TIMESTAMP)`,
  `rs_current_user() AS getvariable('rs_current_user')`,
  `rs_session_user() AS getvariable('rs_session_user')`,
  `rs_last_copy_id() AS coalesce(CAST(getvariable('rs_last_copy_id') AS BIGINT), -1)`,
  `rs_last_copy_count() AS coalesce(CAST(getvariable('rs_last_copy_count') AS BIGINT), 0)`,
  `rs_nonzero(b) AS CASE WHEN b = 0 THEN error('division by zero') ELSE b END`,
  `rs_posix_pattern(p, flags) AS '(?s' || flags || ').*(?:' || p || ').*'`,
  `rs_similar_pattern(p) AS '(?s)' || replace(replace(p, '%', '.*'), '_', '.')`,
  `rs_add(d TIMESTAMP WITH TIME ZONE, i) AS d + i,
     (d DATE, i) AS CAST(d AS TIMESTAMP) + i, (d TIMESTAMP, i) AS d + i, (d, i) AS CAST(d AS TIMESTAMP) + i`,
  `rs_weeks_between(a, b) AS date_diff('day', DATE '0001-01-07', CAST(b AS DATE)) // 7
     - date_diff('day', DATE '0001-01-07', CAST(a AS DATE)) // 7`,
  `rs_date_trunc(p, d TIMESTAMP WITH TIME ZONE) AS date_trunc(p, d),
     (p, d DATE) AS date_trunc(p, CAST(d AS TIMESTAMP)),
     (p, d TIMESTAMP) AS date_trunc(p, d),
     (p, d) AS date_trunc(p, CAST(d AS TIMESTAMP))`,
  `rs_date_part(p, d INTERVAL) AS CAST(date_part(p, d) AS BIGINT),
     (p, d TIMESTAMP WITH TIME ZONE) AS CAST(floor(date_part(p, d)) AS BIGINT),
     (p, d DATE) AS CAST(date_part(p, CAST(d AS TIMESTAMP)) AS BIGINT),
     (p, d TIMESTAMP) AS CAST(floor(date_part(p, d)) AS BIGINT),
     (p, d TIME) AS CAST(date_part(p, d) AS BIGINT),
     (p, d) AS CAST(floor(date_part(p, CAST(d AS TIMESTAMP))) AS BIGINT)`,
  `rs_last_day(d) AS last_day(CAST(d AS DATE))`,
  `rs_add_months(d, n) AS CASE
     WHEN CAST(d AS DATE) = last_day(CAST(d AS DATE))
     THEN last_day(CAST(d AS DATE) + CAST(n AS BIGINT) * INTERVAL 1 MONTH) + (CAST(d AS TIMESTAMP) - CAST(CAST(d AS DATE) AS TIMESTAMP))
     ELSE CAST(d AS TIMESTAMP) + CAST(n AS BIGINT) * INTERVAL 1 MONTH END`,
  `rs_months_between(a, b) AS CASE
     WHEN CAST(a AS DATE) = last_day(CAST(a AS DATE)) AND CAST(b AS DATE) = last_day(CAST(b AS DATE))
     THEN CAST(date_diff('month', CAST(b AS DATE), CAST(a AS DATE)) AS DOUBLE)
     ELSE date_diff('month', CAST(b AS DATE), CAST(a AS DATE))
       + (epoch(CAST(a AS TIMESTAMP)) - epoch(date_trunc('month', CAST(a AS TIMESTAMP)))
       - epoch(CAST(b AS TIMESTAMP)) + epoch(date_trunc('month', CAST(b AS TIMESTAMP)))) / (31.0 * 86400) END`,
  `rs_next_day(d, w) AS CAST(CAST(d AS DATE) + CAST(
     (CASE lower(left(w, 2)) WHEN 'su' THEN 0 WHEN 'mo' THEN 1 WHEN 'tu' THEN 2 WHEN 'we' THEN 3 WHEN 'th' THEN 4
       WHEN 'fr' THEN 5 WHEN 'sa' THEN 6 ELSE error('next_day does not know this day of the week') END
       - date_part('dow', CAST(d AS DATE)) + 6) % 7 + 1 AS INTEGER) AS DATE)`,
  `rs_trunc(x DATE) AS x, (x TIMESTAMP) AS CAST(x AS DATE), (x TIMESTAMP WITH TIME ZONE) AS CAST(x AS DATE),
     (x) AS trunc(x), (x, n) AS trunc(x, n)`,
  `rs_concat(a, b) AS CAST(a AS VARCHAR) || CAST(b AS VARCHAR)`,
  `rs_length(x) AS length(CAST(x AS VARCHAR))`,
  `rs_left(x, n) AS left(CAST(x AS VARCHAR), n)`,
  `rs_right(x, n) AS right(CAST(x AS VARCHAR), n)`,
  // Blanks alone, where the engine takes any white space; most texts have none at their ends, and finding that out is cheap.
  `rs_trim(x) AS CASE WHEN starts_with(CAST(x AS VARCHAR), ' ') OR ends_with(CAST(x AS VARCHAR), ' ')
     THEN trim(CAST(x AS VARCHAR), ' ') ELSE CAST(x AS VARCHAR) END`,
  `rs_lpad(x, n) AS lpad(CAST(x AS VARCHAR), n, ' '), (x, n, f) AS lpad(CAST(x AS VARCHAR), n, f)`,
  `rs_rpad(x, n) AS rpad(CAST(x AS VARCHAR), n, ' '), (x, n, f) AS rpad(CAST(x AS VARCHAR), n, f)`,
  `rs_strtol(s, b) AS CAST(rs_strtol_text(CAST(s AS VARCHAR), b) AS BIGINT)`,
  `rs_initcap(s) AS array_to_string(list_transform(
     regexp_extract_all(s, '[[:alnum:]]+|[^[:alnum:]]+'), lambda w: upper(w[1]) || lower(w[2:])), '')`,
  `rs_regexp_substr(s, p) AS regexp_extract(s, p),
     (s, p, pos) AS regexp_extract(substr(s, pos), p),
     (s, p, pos, nth) AS CASE WHEN s IS NOT NULL THEN coalesce(regexp_extract_all(substr(s, pos), p)[nth], '') END,
     (s, p, pos, nth, flags) AS CASE WHEN s IS NOT NULL THEN
       coalesce(regexp_extract_all(substr(s, pos), '(?' || replace(flags, 'e', 'i') || ')' || p)[nth], '') END`,
  `rs_regexp_replace(s, p) AS regexp_replace(s, p, '', 'g'),
     (s, p, r) AS regexp_replace(s, p, regexp_replace(r, '\\$([0-9])', '\\\\\\1', 'g'), 'g'),
     (s, p, r, pos) AS left(s, pos - 1) || regexp_replace(substr(s, pos), p, regexp_replace(r, '\\$([0-9])', '\\\\\\1', 'g'), 'g'),
     (s, p, r, pos, flags) AS left(s, pos - 1) || regexp_replace(substr(s, pos), '(?' || flags || ')' || p, r, 'g')`,
  `rs_regexp_count(s, p) AS len(regexp_extract_all(s, p)),
     (s, p, pos) AS len(regexp_extract_all(substr(s, pos), p)),
     (s, p, pos, flags) AS len(regexp_extract_all(substr(s, pos), '(?' || flags || ')' || p))`,
  `rs_regexp_instr(s, p) AS CASE WHEN regexp_matches(s, p)
     THEN length(regexp_extract(s, '(?s)^(.*?)(?:' || p || ')', 1)) + 1 WHEN s IS NOT NULL THEN 0 END`,
  `rs_json_path(j, path, lenient) AS CASE
     WHEN j IS NULL THEN NULL
     WHEN lenient AND NOT json_valid(j) THEN NULL
     ELSE coalesce(json_extract_string(j, '$' || array_to_string(list_transform(path, lambda k: '."' || k || '"'), '')), '') END`,
  `rs_json_element(j, n) AS CASE WHEN j IS NOT NULL
       THEN coalesce(json_extract_string(j, '$[' || CASE WHEN n < 0 THEN '#' ELSE '' END || n || ']'), '') END,
     (j, n, lenient) AS CASE WHEN lenient AND NOT json_valid(j) THEN NULL WHEN j IS NOT NULL
       THEN coalesce(json_extract_string(j, '$[' || CASE WHEN n < 0 THEN '#' ELSE '' END || n || ']'), '') END`,
  `rs_is_json_array(j) AS CASE WHEN json_valid(j) THEN json_type(j) = 'ARRAY' ELSE j IS NULL AND NULL END`,
  `rs_json_parse(s) AS CAST(s AS JSON)`,
  `rs_json_serialize(j) AS CAST(j AS VARCHAR)`,
  `rs_json_typeof(j) AS CASE json_type(j) WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' WHEN 'VARCHAR' THEN 'string'
     WHEN 'BOOLEAN' THEN 'boolean' WHEN 'NULL' THEN 'null' ELSE 'number' END`,
];
