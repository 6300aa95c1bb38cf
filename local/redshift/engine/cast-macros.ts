/**
 * Text as Redshift reads it, for TRY_CAST and CAST (sql/cast-calls.ts). What DuckDB reads beyond that ('1.5', '1e3', '0x10' and
 * '1_000' as integers, 'infinity' as a date, 1e400 as infinity) is NULL or an error. Blanks around a number are passed over, as
 * PostgreSQL's input functions do, which Redshift's leader node has; its documentation says nothing of them, nor of
 * exponents in decimals. Other types than text pass as they are.
 */
const finite = String.raw`\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*`;
const whole = String.raw`\s*[+-]?[0-9]+\s*`;
const isoDate = String.raw`\s*[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?\s*(Z|UTC|[+-][0-9]{1,2}(:?[0-9]{2})?)?)?\s*`;
const fourDigits = '[0-9]{4}';

/** With the day order MDY, Redshift's default. Years of two digits are not read here. */
const DATES = [
  '%Y%m%d',
  '%m/%d/%Y',
  '%m-%d-%Y',
  '%d-%b-%Y',
  '%b-%d-%Y',
  '%Y-%b-%d',
  '%d %b %Y',
  '%b %d, %Y',
  '%B %d, %Y',
];
const list = (formats: readonly string[]): string => `[${formats.map((format) => `'${format}'`).join(', ')}]`;
const times = list(DATES.flatMap((date) => ['', ' %H:%M', ' %H:%M:%S', ' %H:%M:%S.%f'].map((time) => date + time)));
const otherTime = `CASE WHEN regexp_matches(x, '${fourDigits}') THEN try_strptime(trim(x), ${times}) END`;
const word = `lower(trim(x)) IN ('nan', 'infinity', '-infinity', '+infinity', 'inf', '-inf', '+inf')`;

const number = (name: string, type: string): string => `${name}(x VARCHAR) AS
  CASE WHEN regexp_full_match(x, '${finite}') THEN CASE WHEN isfinite(TRY_CAST(x AS ${type})) THEN x END WHEN ${word} THEN x END,
  (x) AS x`;
/** What the engine itself would write needs no look at its pattern, which takes longer than reading and writing it. */
const written = (octets: number, type: string): string =>
  `strlen(x) = ${octets} AND CAST(TRY_CAST(x AS ${type}) AS VARCHAR) = x`;
const time = (name: string, type: string): string => `${name}(x VARCHAR) AS
  CASE WHEN ${type === 'DATE' ? written(10, 'DATE') : written(19, 'TIMESTAMP')} THEN TRY_CAST(x AS ${type})
  WHEN regexp_full_match(x, '${isoDate}') THEN TRY_CAST(x AS ${type}) ELSE CAST(${otherTime} AS ${type}) END,
  (x) AS x`;

export const CAST_MACROS: readonly string[] = [
  `rs_integer_or_null(x VARCHAR) AS CASE WHEN regexp_full_match(x, '${whole}') THEN x END, (x) AS x`,
  // What is no number is marked so that the engine's own CAST fails on it: sql/engine-errors.ts takes the mark out again.
  `rs_integer_text(x VARCHAR) AS CASE WHEN regexp_full_match(x, '${whole}') THEN x ELSE x || chr(57344) END, (x) AS x`,
  `rs_decimal_or_null(x VARCHAR) AS CASE WHEN regexp_full_match(x, '${finite}') THEN x END, (x) AS x`,
  number('rs_real_or_null', 'REAL'),
  number('rs_float_or_null', 'DOUBLE'),
  time('rs_date_or_null', 'DATE'),
  time('rs_timestamp_or_null', 'TIMESTAMP'),
  time('rs_timestamptz_or_null', 'TIMESTAMPTZ'),
  `rs_try_boolean(x BOOLEAN) AS x, (x BIGINT) AS x <> 0`,
  `rs_cut(x, n) AS CASE WHEN strlen(CAST(x AS VARCHAR)) <= n THEN CAST(x AS VARCHAR)
     WHEN strlen(CAST(x AS VARCHAR)) = length(CAST(x AS VARCHAR)) THEN left(CAST(x AS VARCHAR), n)
     ELSE rs_first_octets(CAST(x AS VARCHAR), n) END`,
];
