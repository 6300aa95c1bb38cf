import type { Compression } from '../../contract/formats.ts';
import type { LoadOptions } from '../../contract/load.ts';
import { delimiterLiteral } from '../sql/delimiters.ts';
import { quotedIdentifier, stringLiteral } from '../sql/literal.ts';
import { foldName, freeName } from './column-names.ts';
import { SPILL, spillNames } from './ragged.ts';
import type { SourceColumn, SourceFile } from './source.ts';
import { statement } from './statement.ts';
import type { LoadTables } from './tables.ts';
import { typeText } from './redshift-type.ts';

/** A file as COPY finds it. */
export type LoadFile = {
  readonly source: SourceFile;
  /** `s3://bucket/key`; of a JSON array, where its lines are. */
  readonly url: string;
  /** Where it is another than that of the options: lines written by the service, say. */
  readonly compression?: Compression | undefined;
};

/** Rows that a file may have rejected before COPY itself gives up: the most it takes. */
const COPY_MAX_ERRORS = 100_000;

export type StagingSpec = {
  readonly files: readonly LoadFile[];
  readonly columns: readonly SourceColumn[];
  /** See raggedFiles. */
  readonly ragged: ReadonlySet<number>;
  readonly options: LoadOptions;
  readonly iam_role: string;
};

/** Lines of a file before its first record. */
export const headerLines = ({ content_type }: Pick<LoadOptions, 'content_type'>): 0 | 1 =>
  content_type === 'CSV' ? 1 : 0;

/** The name of the column that numbers the rows of a file as COPY read them. */
export const rowNumberName = (columns: readonly SourceColumn[]): string =>
  freeName(
    '_id',
    columns.map(({ name }) => name),
  );

/** The tables for what COPY reads and what it rejects, and COPY itself, file by file. */
export function stagingStatements(spec: StagingSpec, tables: LoadTables): string[] {
  const rejected = `CREATE TEMP TABLE ${tables.rejected} (f INTEGER, line BIGINT, col VARCHAR(127), msg VARCHAR(512))`;
  return [statement('rejected', rejected), ...spec.files.flatMap((file) => fileStatements(spec, tables, file))];
}

function fileStatements(spec: StagingSpec, tables: LoadTables, file: LoadFile): string[] {
  const { number } = file.source;
  const table = tables.input(number);
  const columns = spec.columns.map(({ name, type }) => `${quotedIdentifier(name)} ${typeText(type)}`);
  const id = quotedIdentifier(rowNumberName(spec.columns));
  const spills = spillsOf(spec, file).map((name) => `${quotedIdentifier(name)} ${typeText(SPILL)}`);
  const create = `CREATE TEMP TABLE ${table} (${[`${id} BIGINT IDENTITY(1,1)`, ...columns, ...spills].join(', ')})`;
  const errors =
    `INSERT INTO ${tables.rejected} SELECT ${number}, line_number, MIN(TRIM(column_name)), MIN(TRIM(error_message))` +
    ' FROM sys_load_error_detail WHERE query_id = pg_last_copy_id() GROUP BY line_number';
  return [
    statement(`stage_${number}`, create),
    statement(`copy_${number}`, copy(spec, table, file)),
    ...(spec.options.content_type === 'PARQUET' ? [] : [statement(`errors_${number}`, errors)]),
  ];
}

const spillsOf = ({ ragged, columns }: StagingSpec, { source }: LoadFile): string[] =>
  ragged.has(source.number) ? spillNames(columns) : [];

/** In the file's own order, by which COPY reads CSV and Parquet. */
function copy(spec: StagingSpec, table: string, file: LoadFile): string {
  const { options, iam_role, columns } = spec;
  const spills = spillsOf(spec, file);
  const inTable = new Map(columns.map(({ name }) => [foldName(name), name]));
  const named = options.content_type === 'JSON' ? columns : file.source.columns;
  const names = named.map(({ name }) => inTable.get(foldName(name)) ?? name);
  const list = [...names, ...spills].map(quotedIdentifier).join(', ');
  return [
    `COPY ${table} (${list})`,
    `FROM ${stringLiteral(file.url)}`,
    `IAM_ROLE ${iam_role === 'default' ? 'default' : stringLiteral(iam_role)}`,
    ...formatClauses(options),
    ...(spills.length === 0 ? [] : ['FILLRECORD']),
    ...compressionClause(options, file),
    ...(options.content_type === 'PARQUET' ? [] : [`MAXERROR ${COPY_MAX_ERRORS}`]),
  ].join(' ');
}

function formatClauses(options: LoadOptions): string[] {
  switch (options.content_type) {
    case 'CSV':
      return [
        'FORMAT AS CSV',
        `DELIMITER AS ${delimiterLiteral(options.column_delimiter)}`,
        `IGNOREHEADER ${headerLines(options)}`,
        options.null_as === undefined ? 'EMPTYASNULL' : `NULL AS ${stringLiteral(options.null_as)}`,
      ];
    case 'JSON':
      return ["FORMAT AS JSON 'auto ignorecase'"];
    case 'PARQUET':
      return ['FORMAT AS PARQUET'];
  }
}

function compressionClause(options: LoadOptions, file: LoadFile): string[] {
  const compression = file.compression ?? options.compression;
  return options.content_type === 'PARQUET' || compression === 'NONE' ? [] : [compression];
}

/**
 * Which line of its file a row was on, for files of which COPY rejected rows, and for those whose numbers have gaps. Loaded rows
 * keep the order of their file, and between them stand the rejected ones, whose lines are known: a rejected line is behind as many
 * loaded rows as lines go before it, less the rejected ones among these. In that order, line numbers are counted. Of all other
 * files the numbers tell the lines, and nothing is sorted.
 */
export function linesStatement({ files, columns, options }: StagingSpec, tables: LoadTables): string {
  const header = headerLines(options);
  const id = quotedIdentifier(rowNumberName(columns));
  const loaded = files.map(({ source: { number } }) => {
    const input = tables.input(number);
    const gaps = `SELECT ${number} FROM ${input} HAVING MAX(${id}) - MIN(${id}) + 1 > COUNT(*)`;
    return (
      `SELECT ${number} AS f, ${id} AS i, ROW_NUMBER() OVER (ORDER BY ${id}) AS p, 0 AS k, CAST(0 AS BIGINT) AS line` +
      ` FROM ${input} WHERE ${number} IN (SELECT f FROM ${tables.rejected} UNION ALL ${gaps})`
    );
  });
  const rejected =
    `SELECT f, CAST(NULL AS BIGINT), line - ${header} - ROW_NUMBER() OVER (PARTITION BY f ORDER BY line), 1, line` +
    ` FROM ${tables.rejected}`;
  const rows = [...loaded, rejected].join(' UNION ALL ');
  return statement(
    'lines',
    `CREATE TEMP TABLE ${tables.lines} AS SELECT f, i, ROW_NUMBER() OVER (PARTITION BY f ORDER BY p, k, line) + ${header} AS n FROM (${rows}) AS q`,
  );
}
