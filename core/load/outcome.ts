import type { LoadOperation, LoadOptions } from '../../contract/load.ts';
import { fixedLimits } from '../../contract/limits.ts';
import { escapedByteLength, quotedIdentifier, stringLiteral } from '../sql/literal.ts';
import { buildUnload } from '../sql/unload.ts';
import { joinKnown } from './checks.ts';
import { foldName, freeName } from './column-names.ts';
import { spillNames } from './ragged.ts';
import type { SourceColumn } from './source.ts';
import { statement, tooWide } from './statement.ts';
import type { LoadTables } from './tables.ts';
import { WHY, type Value } from './values.ts';

export type OutcomeSpec = {
  readonly operation: LoadOperation;
  readonly options: LoadOptions;
  readonly columns: readonly SourceColumn[];
  /** Whether rows have `extra`. */
  readonly ragged: boolean;
  /** `s3://bucket/prefix/` of the run. */
  readonly prefix: string;
  readonly iam_role: string;
  readonly kms_key_id?: string | undefined;
};

const MESSAGES: Readonly<Record<keyof typeof WHY, string>> = {
  INVALID_VALUE: `'the value of ' || d.name || ' cannot be read as ' || d.type`,
  NULL_NOT_ALLOWED: `d.name || ' takes no NULL'`,
  VALUE_TOO_LONG: `'the value of ' || d.name || ' is longer than the bytes of ' || d.type`,
  KEY_IS_NULL: `'the key column ' || d.name || ' is NULL'`,
  DUPLICATE_KEY: `'the files have another row with this key'`,
  NO_SUCH_ROW: `'the table has no row with this key'`,
  TOO_MANY_FIELDS: `'the row has more fields than the header: ' || a.extra`,
};

/** Of a row that COPY rejected, Redshift keeps nothing else. */
const IN_THE_FILE = `' (its contents are in the file alone, on this line)'`;

/** A column of ours is none of the file. */
function ownColumn(columns: readonly SourceColumn[]): string {
  const spills = spillNames(columns).map((name) => stringLiteral(foldName(name)));
  return `CASE WHEN LOWER(col) IN (${spills.join(', ')}) THEN NULL ELSE col END`;
}

/** Rejected and good rows, to files that stay whether or not the load is committed. */
export function outcomeStatements(spec: OutcomeSpec, values: readonly Value[], tables: LoadTables): string[] {
  return [
    statement('failed', rowsUnload(spec, 'failed', failedRows(spec, tables))),
    statement('good', rowsUnload(spec, 'good', goodRows(spec, values, tables))),
  ];
}

/** In the dialect of the files, where these are CSV: what was rejected can be mended and sent again. */
function rowsUnload(
  { options, prefix, iam_role, kms_key_id }: OutcomeSpec,
  name: 'failed' | 'good',
  sql: string,
): string {
  if (escapedByteLength(sql) > fixedLimits.query_bytes.value) throw tooWide();
  return buildUnload({
    sql,
    to: `${prefix}${name}`,
    iam_role,
    content_type: 'CSV',
    compression: 'NONE',
    column_delimiter: options.column_delimiter,
    single_file: true,
    ...(options.null_as === undefined ? {} : { null_as: options.null_as }),
    ...(kms_key_id === undefined ? {} : { kms_key_id }),
  });
}

/** Names for our own columns that no column of the files has. */
function ownNames(columns: readonly SourceColumn[]): (wanted: string) => string {
  const names = columns.map(({ name }) => name);
  return (wanted) => quotedIdentifier(freeName(wanted, names));
}

const sourceColumns = (columns: readonly SourceColumn[], table: string): string =>
  columns.map(({ name }, index) => `${table}.s${index + 1} AS ${quotedIdentifier(name)}`).join(', ');

function failedRows({ columns, options, ragged }: OutcomeSpec, { staged, fields, rejected }: LoadTables): string {
  const name = ownNames(columns);
  const branches = Object.entries(WHY).flatMap(([code, why]) => {
    if (why === WHY.TOO_MANY_FIELDS && !ragged) return [];
    const message = MESSAGES[code as keyof typeof WHY];
    return [`WHEN ${why} THEN '${code}: ' || ${message}`];
  });
  const checked =
    `SELECT ${sourceColumns(columns, 'a')}, CASE MOD(a.why, 10) ${branches.join(' ')} END AS ${name('_error')},` +
    ` a.n AS ${name('_line')}, a.f AS ${name('_file')}, d.name AS ${name('_column')}` +
    ` FROM ${staged} AS a LEFT JOIN ${fields} AS d ON d.c = a.why - MOD(a.why, 10) WHERE a.why IS NOT NULL`;
  const unread =
    `SELECT ${columns.map(() => 'NULL').join(', ')},` +
    ` 'UNREADABLE_ROW: ' || COALESCE(msg, 'COPY gave no reason') || ${IN_THE_FILE}, line, f, ${ragged ? ownColumn(columns) : 'col'}` +
    ` FROM ${rejected}`;
  const rows = options.content_type === 'PARQUET' ? checked : `${checked} UNION ALL ${unread}`;
  return `${rows} ORDER BY ${columns.length + 3}, ${columns.length + 2}`;
}

function goodRows({ operation, columns }: OutcomeSpec, values: readonly Value[], tables: LoadTables): string {
  const { staged, known } = tables;
  const name = ownNames(columns);
  const upsert = operation === 'upsert';
  const created = upsert ? `, CASE WHEN ${known}.k1 IS NULL THEN 'true' ELSE 'false' END AS ${name('_created')}` : '';
  return (
    `SELECT ${sourceColumns(columns, staged)}, ${staged}.n AS ${name('_line')}, ${staged}.f AS ${name('_file')}${created}` +
    ` FROM ${staged}${upsert ? ` ${joinKnown(values, tables)}` : ''} WHERE ${staged}.why IS NULL`
  );
}
