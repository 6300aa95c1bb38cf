import { sqlString } from '../sql/rewriter.ts';
import type { DateFormat, ValueOptions } from './copy-command.ts';
import type { TargetColumn } from './target.ts';

/** SQL that turns the text `raw` of a field into a value; each may refer to the ones before by their names. */
export interface ValueSql {
  /** The text that counts, NULL where the field stands for NULL. */
  readonly text: (raw: string) => string;
  /** The value, NULL where the text is none. */
  readonly value: (text: string) => string;
  /** Whether the text is not acceptable, given its value. */
  readonly bad: (text: string, value: string) => string;
}

/** Blank fields are NULL but for text. Most rows need no look at that. */
const notRead = (text: string, value: string): string =>
  `${text} IS NOT NULL AND ${value} IS NULL AND ${isPresent(text)}`;

const isPresent = (text: string): string => `trim(${text}, ' \t\r\n') <> ''`;

/** The engine reads more as a number than Redshift does: 1e3, 1_000, 0x1f. Most numbers look as they are written. */
const misspelled =
  (pattern: string): ValueSql['bad'] =>
  (text, value) =>
    `${text} IS NOT NULL AND (${value} IS NULL OR NOT (CAST(${value} AS VARCHAR) = ${text}
      OR regexp_full_match(${text}, ${sqlString(String.raw`\s*${pattern}\s*`)}))) AND ${isPresent(text)}`;

const INTEGER = String.raw`[+-]?[0-9]+`;
const DECIMAL = String.raw`[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?`;

/** In the order in which they are tried. */
const AUTO_DATES = ['%Y-%m-%d', '%Y/%m/%d', '%Y.%m.%d', '%Y%m%d', '%m/%d/%Y', '%m-%d-%Y', '%m.%d.%Y', '%d %b %Y'];
const AUTO_NAMED = ['%b %d, %Y', '%B %d, %Y', '%d-%b-%Y', '%d %B %Y', '%m/%d/%y'];
const AUTO_TIMES = ['%H:%M:%S.%f', '%H:%M:%S', '%H:%M', '%I:%M:%S %p', '%I:%M %p'];

const formats = (list: readonly string[]): string => `[${list.map(sqlString).join(', ')}]`;

/** The engine takes 2024-1-2, Redshift does not. */
const tooShort = (text: string, value: string): string =>
  `${notRead(text, value)} OR ${value} IS NOT NULL AND strlen(${text}) < 10`;

function dateSql(format: DateFormat): (text: string) => string {
  switch (format.kind) {
    case 'iso':
      return (text) => `TRY_CAST(${text} AS DATE)`;
    case 'auto': {
      const all = formats([...AUTO_DATES, ...AUTO_NAMED]);
      return (text) => `coalesce(TRY_CAST(${text} AS DATE), CAST(try_strptime(${text}, ${all}) AS DATE))`;
    }
    case 'pattern':
      return (text) => `CAST(try_strptime(${text}, ${sqlString(format.pattern)}) AS DATE)`;
  }
}

function timestampSql(format: ValueOptions['timeFormat'], type: string): (text: string) => string {
  switch (format.kind) {
    case 'iso':
      return (text) => `TRY_CAST(${text} AS ${type})`;
    case 'auto': {
      const dates = [...AUTO_DATES, ...AUTO_NAMED];
      const all = formats([...dates.flatMap((date) => AUTO_TIMES.map((time) => `${date} ${time}`)), ...dates]);
      return (text) => `coalesce(TRY_CAST(${text} AS ${type}), CAST(try_strptime(${text}, ${all}) AS ${type}))`;
    }
    case 'pattern':
      return (text) => `CAST(try_strptime(${text}, ${sqlString(format.pattern)}) AS ${type})`;
    case 'epoch':
      return (text) =>
        `CAST(make_timestamp(TRY_CAST(TRY_CAST(${text} AS DECIMAL(38, 6)) * ${1_000_000 / format.perSecond} AS BIGINT)) AS ${type})`;
  }
}

/** COPY cuts decimals that are too many, unless ROUNDEC is given. */
function decimalSql({ precision, scale }: TargetColumn['type'], rounds: boolean): (text: string) => string {
  const type = `DECIMAL(${precision}, ${scale})`;
  if (rounds) return (text) => `TRY_CAST(${text} AS ${type})`;
  const excess = sqlString(String.raw`(\.[0-9]{${scale}})[0-9]+$`);
  return (text) => `TRY_CAST(CASE WHEN contains(${text}, '.') THEN regexp_replace(${text}, ${excess}, '\\1')
    ELSE ${text} END AS ${type})`;
}

function textColumn({ text: declared }: TargetColumn, options: ValueOptions): Pick<ValueSql, 'value' | 'bad'> {
  const { type, length } = declared;
  const cut = (text: string): string =>
    options.truncate
      ? `CASE WHEN strlen(${text}) <= ${length} THEN ${text} ELSE rs_first_octets(${text}, ${length}) END`
      : text;
  const wide = (text: string): string => (type === 'char' ? ` OR strlen(${text}) <> length(${text})` : '');
  return { value: cut, bad: (text, value) => `(strlen(${value}) > ${length}${wide(text)})` };
}

function fieldText({ type }: TargetColumn, options: ValueOptions): (raw: string) => string {
  const { nullAs, emptyAsNull, blanksAsNull, trimBlanks } = options;
  const present = (raw: string): string => `nullif(${raw}, ${sqlString(nullAs)})`;
  if (type.name !== 'varchar') return (raw) => `nullif(${present(raw)}, '')`;
  const blanks = (raw: string): string =>
    blanksAsNull ? `CASE WHEN ${raw} = '' OR trim(${raw}, ' \t\r\n') <> '' THEN ${raw} END` : raw;
  const trimmed = (raw: string): string => (trimBlanks ? `rtrim(${raw})` : raw);
  return (raw) => {
    const text = trimmed(blanks(present(raw)));
    return emptyAsNull ? `nullif(${text}, '')` : text;
  };
}

function conversion(column: TargetColumn, options: ValueOptions): Pick<ValueSql, 'value' | 'bad'> {
  const { type, duckdb } = column;
  const cast = (text: string): string => `TRY_CAST(${text} AS ${duckdb.toString()})`;
  const dates = (format: ValueOptions['timeFormat']): ValueSql['bad'] => {
    if (options.acceptAnyDate) return () => 'false';
    return format.kind === 'iso' ? tooShort : notRead;
  };
  switch (type.name) {
    case 'varchar':
      return textColumn(column, options);
    case 'int2':
    case 'int4':
    case 'int8':
      return { value: cast, bad: misspelled(INTEGER) };
    case 'numeric':
      return { value: decimalSql(type, options.roundDecimals), bad: misspelled(DECIMAL) };
    case 'float4':
    case 'float8':
      return {
        value: cast,
        bad: (text, value) => `${notRead(text, value)} OR coalesce(contains(${text}, '_'), false)`,
      };
    case 'bool':
      return {
        value: (text) => `CASE WHEN lower(trim(${text})) IN ('t', 'true', 'y', 'yes', '1') THEN true
          WHEN lower(trim(${text})) IN ('f', 'false', 'n', 'no', '0') THEN false END`,
        bad: notRead,
      };
    case 'date':
      return { value: dateSql(options.dateFormat), bad: dates(options.dateFormat) };
    case 'timestamp':
    case 'timestamptz':
      return { value: timestampSql(options.timeFormat, duckdb.toString()), bad: dates(options.timeFormat) };
    case 'super':
      return { value: (text) => `CASE WHEN json_valid(${text}) THEN CAST(${text} AS JSON) END`, bad: notRead };
    case 'varbyte': {
      const isHex = (text: string): string => `regexp_full_match(${text}, '([0-9a-fA-F]{2})*')`;
      return { value: (text) => `CASE WHEN ${isHex(text)} THEN unhex(${text}) END`, bad: notRead };
    }
    default:
      return { value: cast, bad: notRead };
  }
}

/** How fields of text become values of a column. */
export const valueSql = (column: TargetColumn, options: ValueOptions): ValueSql => ({
  text: fieldText(column, options),
  ...conversion(column, options),
});
