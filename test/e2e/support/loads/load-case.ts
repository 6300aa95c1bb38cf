import type { JobView } from '../../../../contract/jobs.ts';
import type { Service } from '../../harness.ts';

/** One load of the tenant `demo`, into a table of its own. */
export interface LoadCase {
  /** What is shown. */
  readonly name: string;
  /** Columns of the table, in Redshift's SQL. */
  readonly columns: string;
  /** Rows that it has before. */
  readonly rows?: string;
  readonly body?: object;
  readonly files: readonly (string | Buffer | ((service: Service) => Promise<Buffer>))[];
  readonly state?: 'JobComplete' | 'Failed';
  /** Of a job that fails. */
  readonly code?: string;
  readonly says?: string | RegExp;
  /** Records as `a|b|c`, the first with the names of columns; the last of failed ones: _error, _line, _file, _column. */
  readonly failed?: readonly string[];
  readonly successful?: readonly string[];
  readonly unprocessed?: readonly string[];
  /** Rows of the table afterwards, as `a|b|c`, in any order; NULL is `~`. */
  readonly table?: readonly string[];
}

export interface LoadCaseResult {
  readonly job: JobView;
  readonly failed: string[];
  readonly successful: string[];
  readonly unprocessed: string[];
  readonly table: string[];
}

const delimiters = new Map([
  ['PIPE', '|'],
  ['TAB', '\t'],
  ['SEMICOLON', ';'],
  ['CARET', '^'],
  ['BACKQUOTE', '`'],
]);

let tables = 0;

/** Makes the table, loads, and fetches all that there is to see of it. */
export async function runLoadCase(service: Service, one: LoadCase): Promise<LoadCaseResult> {
  const { warehouse, demo } = service;
  tables += 1;
  const table = `demo.case_${tables}`;
  await warehouse.run(`CREATE TABLE ${table} (${one.columns})`);
  if (one.rows !== undefined) await warehouse.run(`INSERT INTO ${table} VALUES ${one.rows}`);
  const files = await Promise.all(one.files.map(async (file) => (typeof file === 'function' ? file(service) : file)));
  const job = await demo.load({ operation: 'insert', object: table, ...one.body }, files);
  const shown = (records: readonly (readonly (string | null)[])[]) =>
    records.map((record) => record.map((value) => value ?? '~').join('|'));
  const delimiter = delimiters.get(job.column_delimiter);
  const rowsOf = async (kind: 'failed' | 'successful') => shown(await demo.rows(job.job_id, kind, delimiter));
  const processed = job.state === 'Failed' && one.unprocessed !== undefined;
  return {
    job,
    failed: await rowsOf('failed'),
    successful: await rowsOf('successful'),
    unprocessed: processed ? shown(await demo.rows(job.job_id, 'unprocessed', delimiter)) : [],
    table: shown(await warehouse.rows(`SELECT * FROM ${table}`)).sort(),
  };
}

/** Holds a load to what its case says; what the case does not say is not looked at. */
export function expectLoadCase(one: LoadCase, { job, ...seen }: LoadCaseResult): void {
  const { state = 'JobComplete', code, says, failed, successful, unprocessed, table } = one;
  expect({ state: job.state, code: job.error?.code, message: code === undefined ? job.error?.message : says }).toEqual({
    state,
    code,
    message: says,
  });
  if (says !== undefined) expect(job.error?.message).toMatch(says);
  const wanted = { failed, successful, unprocessed, table: table?.toSorted() };
  const compared = Object.entries(wanted).filter(([, rows]) => rows !== undefined);
  const of = (kind: string) => seen[kind as keyof typeof seen];
  expect(Object.fromEntries(compared.map(([kind]) => [kind, of(kind)]))).toEqual(Object.fromEntries(compared));
  const rejected = Math.max(0, seen.failed.length - 1);
  expect(job.number_records_failed).toBe(rejected);
  expect(job.number_records_processed).toBe(state === 'Failed' ? 0 : Math.max(0, seen.successful.length - 1));
  const warnings =
    state === 'JobComplete' && rejected > 0 ? [{ code: 'ROWS_REJECTED', affected_records: rejected }] : [];
  expect(job.warnings).toMatchObject(warnings);
  expect([job.warnings.length, job.has_warnings]).toEqual([warnings.length, warnings.length > 0]);
}
