import type { ExportOptions } from '../../contract/jobs.ts';
import type { FieldError } from '../../contract/problems.ts';
import { DELIMITERS, delimiterLiteral } from './delimiters.ts';
import { MAX_STATEMENT_BYTES, type AcceptedQuery } from './guard.ts';
import { quotedIdentifier, stringLiteral, utf8Length } from './literal.ts';
import { fold } from './policy.ts';

export type UnloadOptions = ExportOptions & {
  /** `sql` of an accepted query. */
  readonly sql: string;
  /** `s3://bucket/prefix`: file names are put right behind it. */
  readonly to: string;
  /** ARN of the role Redshift writes with, several chained by commas, or `default` for the cluster's own. */
  readonly iam_role: string;
  /** Encrypts with this KMS key (SSE-KMS) instead of the bucket's S3 key. */
  readonly kms_key_id?: string;
};

const COMPRESSION_EXTENSIONS: Readonly<Record<ExportOptions['compression'], string>> = {
  NONE: '',
  GZIP: '.gz',
  ZSTD: '.zst',
  BZIP2: '.bz2',
};

const S3_PREFIX = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[\x20-\x7e]{1,512}$/;
const ROLE_ARN =
  /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}(?:,arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}){0,2}$/;
const KMS_KEY = /^[\w:/-]{1,256}$/;

/**
 * Which of the options do not go together, as JSON pointers into the request; empty when UNLOAD takes them. With the judged
 * query, names of columns are checked too, as far as the text of the query tells them.
 *
 * Source: UNLOAD in the Redshift developer guide. JSON takes compression but neither delimiter nor NULL AS; Parquet takes
 * none of the three; partition columns leave the files, so one column at least must not be one.
 */
export function unloadOptionProblems(
  options: ExportOptions,
  query?: Pick<AcceptedQuery, 'columns' | 'duplicate_columns'>,
): FieldError[] {
  return [
    ...formatProblems(options),
    ...nullProblems(options),
    ...partitionProblems(options, query),
    ...nameProblems(options, query),
  ];
}

function problem(pointer: string, message: string): FieldError {
  return { pointer, message };
}

function formatProblems(options: ExportOptions): FieldError[] {
  const { content_type } = options;
  const problems: FieldError[] = [];
  if (content_type === 'PARQUET' && options.compression !== 'NONE') {
    problems.push(problem('/compression', 'PARQUET is compressed within its row groups: use NONE'));
  }
  if (content_type !== 'CSV' && options.column_delimiter !== 'COMMA') {
    problems.push(problem('/column_delimiter', `${content_type} has no column delimiter: leave it out`));
  }
  if (content_type !== 'CSV' && options.null_as !== undefined) {
    problems.push(problem('/null_as', `${content_type} has a null of its own: leave it out`));
  }
  return problems;
}

function nullProblems(options: ExportOptions): FieldError[] {
  const { null_as } = options;
  if (options.content_type !== 'CSV' || null_as === undefined) return [];
  // eslint-disable-next-line no-control-regex -- a control character would end or split the line
  const breaks = /["\u0000-\u001f\u007f]/.test(null_as) || null_as.includes(DELIMITERS[options.column_delimiter]);
  return breaks ? [problem('/null_as', 'must not contain the delimiter, a double quote or a control character')] : [];
}

function partitionProblems(options: ExportOptions, query: Pick<AcceptedQuery, 'columns'> | undefined): FieldError[] {
  const names = options.partition_by ?? [];
  const folded = names.map(fold);
  const columns = query?.columns?.map((column) => (column === null ? null : fold(column)));
  const problems = names.flatMap((name, index) => {
    const pointer = `/partition_by/${index}`;
    if (!isIdentifier(name)) return [problem(pointer, 'is not a column name')];
    if (folded.indexOf(fold(name)) !== index) return [problem(pointer, `${name} is named twice`)];
    const missing = columns !== undefined && !columns.includes(fold(name));
    return missing ? [problem(pointer, `${name} is no column of the query's result`)] : [];
  });
  if (
    columns !== undefined &&
    names.length > 0 &&
    columns.every((column) => column !== null && folded.includes(column))
  ) {
    problems.push(problem('/partition_by', 'partition columns leave the files: one column at least must remain'));
  }
  if (names.length > 0 && options.single_file) {
    problems.push(problem('/single_file', 'partition_by writes one folder, and a file at least, per value'));
  }
  return problems;
}

function nameProblems(
  options: ExportOptions,
  query: Pick<AcceptedQuery, 'duplicate_columns'> | undefined,
): FieldError[] {
  if (options.content_type === 'CSV' || !query) return [];
  return query.duplicate_columns.map((name) =>
    problem(
      '/query',
      `two result columns are called ${name}, which ${options.content_type} cannot hold: rename one with AS`,
    ),
  );
}

function isIdentifier(name: string): boolean {
  try {
    return quotedIdentifier(name).length > 0;
  } catch {
    return false;
  }
}

/**
 * The UNLOAD statement of one run. ALLOWOVERWRITE, because a run owns its prefix and may be submitted again; never CLEANPATH,
 * which deletes. Files get their extension spelled out, since EXTENSION replaces the one that compression would add; Parquet
 * keeps Redshift's own.
 *
 * @throws RangeError when an option is one that `unloadOptionProblems` names, or `to`, `iam_role` or `kms_key_id` is
 * malformed, or the statement is longer than the Data API takes: each is a fault of the caller, not of the request.
 */
export function buildUnload(options: UnloadOptions): string {
  assertBuildable(options);
  const statement = [
    `UNLOAD (${stringLiteral(options.sql)})`,
    `TO ${stringLiteral(options.to)}`,
    `IAM_ROLE ${options.iam_role === 'default' ? 'default' : stringLiteral(options.iam_role)}`,
    ...formatClauses(options),
    ...fileClauses(options),
    'MANIFEST VERBOSE',
    'ALLOWOVERWRITE',
  ].join('\n');
  if (utf8Length(statement) > MAX_STATEMENT_BYTES)
    throw new RangeError('the UNLOAD statement is too long for the Data API');
  return statement;
}

function assertBuildable(options: UnloadOptions): void {
  const [first] = unloadOptionProblems(options);
  if (first) throw new RangeError(`${first.pointer}: ${first.message}`);
  if (!S3_PREFIX.test(options.to)) throw new RangeError('`to` is not s3://bucket/prefix');
  if (options.iam_role !== 'default' && !ROLE_ARN.test(options.iam_role))
    throw new RangeError('`iam_role` is no role ARN');
  const { kms_key_id: key } = options;
  if (key !== undefined && !KMS_KEY.test(key)) throw new RangeError('`kms_key_id` is no key id');
}

function formatClauses(options: UnloadOptions): string[] {
  const { content_type, compression } = options;
  const compressed = compression === 'NONE' ? [] : [compression];
  switch (content_type) {
    case 'CSV':
      return [
        'FORMAT AS CSV',
        'HEADER',
        `DELIMITER AS ${delimiterLiteral(options.column_delimiter)}`,
        ...nullClause(options),
        ...compressed,
      ];
    case 'JSON':
      return ['FORMAT AS JSON', ...compressed];
    case 'PARQUET':
      return ['FORMAT AS PARQUET'];
  }
}

function nullClause(options: UnloadOptions): string[] {
  return options.null_as === undefined ? [] : [`NULL AS ${stringLiteral(options.null_as)}`];
}

function fileClauses(options: UnloadOptions): string[] {
  const clauses: string[] = [];
  if (options.partition_by) clauses.push(`PARTITION BY (${options.partition_by.map(quotedIdentifier).join(', ')})`);
  if (options.content_type !== 'PARQUET') {
    const extension = options.content_type.toLowerCase() + COMPRESSION_EXTENSIONS[options.compression];
    clauses.push(`EXTENSION ${stringLiteral(extension)}`);
  }
  if (options.max_file_size_mb !== undefined) clauses.push(`MAXFILESIZE AS ${options.max_file_size_mb} MB`);
  if (options.single_file) clauses.push('PARALLEL OFF');
  if (options.kms_key_id !== undefined) clauses.push(`KMS_KEY_ID ${stringLiteral(options.kms_key_id)}`, 'ENCRYPTED');
  return clauses;
}
