import type { LoadOperation, LoadOptions } from '../../contract/load.ts';
import { applyStatements } from './apply.ts';
import { columnStatements, guardStatement, keyStatements, valuesStatement } from './checks.ts';
import { markerTable } from './marker.ts';
import { matchColumns } from './match-columns.ts';
import { keyColumns } from './options.ts';
import { outcomeStatements } from './outcome.ts';
import { raggedFiles } from './ragged.ts';
import { linesStatement, stagingStatements, type LoadFile } from './staging.ts';
import { MAX_STATEMENTS, statement, tooWide } from './statement.ts';
import { loadTables } from './tables.ts';
import type { TargetColumn } from './target.ts';
import { judgeTransforms } from './transform.ts';
import { valuesOf } from './values.ts';

/** Columns one table of Redshift has at most, less those of our own. */
const MAX_TABLE_COLUMNS = 1_590;

export type LoadSpec = {
  readonly job_id: string;
  readonly operation: LoadOperation;
  /** An ObjectName. */
  readonly object: string;
  readonly options: LoadOptions;
  /** One to eight, numbered as they are. */
  readonly files: readonly LoadFile[];
  readonly target: readonly TargetColumn[];
  /** Where the markers of loads are kept. */
  readonly load_schema: string;
  /** `s3://bucket/prefix/` of the run. */
  readonly prefix: string;
  /** ARN of the role Redshift reads and writes with, several chained by commas, or `default`. */
  readonly iam_role: string;
  readonly kms_key_id?: string | undefined;
};

/**
 * The statements of a load, for one transaction: all of them are done, or nothing is. What `spec.options` ask must have passed
 * loadOptionProblems.
 *
 * @throws LoadRefused when the files and the table do not fit together, or the load is LOAD_TOO_WIDE
 * @throws ProblemError QUERY_REFUSED for a transform
 * @throws RangeError when object, prefix, role or key are malformed: a fault of the caller
 */
export function planLoad(spec: LoadSpec): { statements: string[] } {
  const { operation, options, files } = spec;
  const tables = loadTables(spec.object);
  const mappings = options.column_mappings;
  const matched = matchColumns({
    operation,
    keys: keyColumns(options),
    mappings,
    transforms: mappings && judgeTransforms(mappings),
    files: files.map(({ source }) => source),
    target: spec.target,
  });
  const values = valuesOf(matched);
  if (matched.columns.length + 2 * values.length > MAX_TABLE_COLUMNS) throw tooWide();
  const ragged = raggedFiles(files, matched, options);
  const staging = { files, columns: matched.columns, ragged, options, iam_role: spec.iam_role };
  const statements = [
    statement('marker', `CREATE TABLE ${markerTable(spec.load_schema, spec.job_id)} (attempt INTEGER)`),
    ...stagingStatements(staging, tables),
    linesStatement(staging, tables),
    ...columnStatements(matched, values, tables),
    valuesStatement(staging, values, tables),
    ...keyStatements(operation, values, tables),
    ...outcomeStatements({ ...spec, columns: matched.columns, ragged: ragged.size > 0 }, values, tables),
    guardStatement(options, tables),
    ...applyStatements(operation, values, tables),
  ];
  if (statements.length > MAX_STATEMENTS)
    throw new RangeError(`a load of ${files.length} files takes ${statements.length} statements`);
  return { statements };
}
