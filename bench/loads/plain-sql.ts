import { join } from 'node:path';
import { columns, table, type Task } from './tasks.ts';

const names = Object.keys(columns);
const key = 'id';
const columnTypes = Object.entries(columns);

/** Statements that plain DuckDB runs for a load, in their order, and those that clear away what they left. */
export interface PlainLoad {
  readonly load: readonly string[];
  readonly clear: readonly string[];
}

/** How plain DuckDB loads a file of `folder`. */
export type Peer = (task: Task, folder: string) => PlainLoad;

const isCsv = ({ load }: Task): boolean => load.content_type === 'CSV';

const merge = (from: string): string => {
  const sets = names.filter((name) => name !== key).map((name) => `${name} = s.${name}`);
  return `MERGE INTO ${table} AS t USING ${from} AS s ON t.${key} = s.${key} WHEN MATCHED THEN UPDATE SET ${sets.join(', ')}
    WHEN NOT MATCHED THEN INSERT VALUES (${names.map((name) => `s.${name}`).join(', ')})`;
};

/** File, TRY_CAST, table: a value that can't be read is NULL, and nobody is told. */
export const bareLoad: Peer = (task, folder) => {
  const path = join(folder, task.file);
  const from = isCsv(task) ? `read_csv('${path}', header = true, all_varchar = true)` : `read_parquet('${path}')`;
  const typed = columnTypes.map(([name, type]) => `TRY_CAST(${name} AS ${type}) AS ${name}`);
  return {
    load: [
      'BEGIN',
      `CREATE TEMP TABLE staged AS SELECT ${typed.join(', ')} FROM ${from}`,
      task.load.operation === 'insert' ? `INSERT INTO ${table} SELECT * FROM staged` : merge('staged'),
      'DROP TABLE staged',
      'COMMIT',
    ],
    clear: [],
  };
};

/** The files of the outcome, in the folder of the load. */
const out = (folder: string, name: string): string => `'${join(folder, `plain-${name}.csv`)}'`;

/** Rows as they are in the file, each with its values and what is wrong with it; a row's place is its `rowid`. */
function staged(task: Task, folder: string): string {
  const path = join(folder, task.file);
  const texts = names.map((name) => `'${name}': 'VARCHAR'`).join(', ');
  const from = isCsv(task)
    ? `read_csv('${path}', header = true, auto_detect = false, columns = {${texts}}, delim = ',', quote = '"',
        store_rejects = true)`
    : `read_parquet('${path}')`;
  // Of a type that the column has already, TRY_CAST is the value itself, and text needs none.
  const converted = columnTypes.filter(([, type]) => isCsv(task) && type !== 'VARCHAR');
  const typed = converted.map(([name, type]) => `TRY_CAST(${name} AS ${type}) AS t_${name}`);
  const invalid = converted.map(
    ([name]) => `WHEN ${name} IS NOT NULL AND t_${name} IS NULL THEN 'INVALID_VALUE: ${name}'`,
  );
  const keyed = task.load.operation === 'insert' ? [] : [`WHEN ${key} IS NULL THEN 'KEY_IS_NULL: ${key}'`];
  const checks = [...keyed, ...invalid];
  const why = checks.length === 0 ? 'CAST(NULL AS VARCHAR)' : `CASE ${checks.join(' ')} END`;
  return `CREATE TEMP TABLE staged AS SELECT *, ${why} AS why FROM (SELECT ${[...names, ...typed].join(', ')} FROM ${from})`;
}

/**
 * What a load of the service promises, by hand: rows that can't be applied are told apart with a reason and their line, good
 * and failed rows are written to files, keys that the file has twice are found, of upserted rows it is told whether they were
 * created, and all of it is one transaction.
 */
export const fullLoad: Peer = (task, folder) => {
  const csv = isCsv(task);
  const upsert = task.load.operation === 'upsert';
  const value = (name: string, type: string): string => (csv && type !== 'VARCHAR' ? `t_${name}` : name);
  const values = columnTypes.map(([name, type]) => `${value(name, type)} AS ${name}`).join(', ');
  const id = value(key, columns[key]);
  const firstLine = csv ? 2 : 1;
  const texts = names.map((name) => `s.${name}`).join(', ');
  const line = `s.rowid + ${firstLine} AS _line`;
  const once = upsert ? ` AND s.${id} NOT IN (FROM twice)` : '';
  const created = upsert ? `, NOT EXISTS (FROM ${table} AS t WHERE t.${key} = s.${id}) AS _created` : '';
  const repeated = upsert
    ? ` UNION ALL SELECT ${texts}, 'DUPLICATE_KEY', ${line} FROM staged AS s WHERE s.why IS NULL AND s.${id} IN (FROM twice)`
    : '';
  const unread = csv
    ? ` UNION ALL SELECT ${names.map(() => 'NULL').join(', ')}, error_message, line FROM reject_errors`
    : '';
  const good = `(SELECT ${values} FROM staged AS s WHERE s.why IS NULL${once})`;
  return {
    load: [
      'BEGIN',
      staged(task, folder),
      ...(upsert
        ? [`CREATE TEMP TABLE twice AS SELECT ${id} FROM staged WHERE why IS NULL GROUP BY ${id} HAVING count(*) > 1`]
        : []),
      `COPY (SELECT ${texts}, s.why AS _error, ${line} FROM staged AS s WHERE s.why IS NOT NULL${repeated}${unread}
        ORDER BY _line) TO ${out(folder, 'failed')} (FORMAT csv, HEADER true)`,
      `COPY (SELECT ${texts}, ${line}${created} FROM staged AS s WHERE s.why IS NULL${once})
        TO ${out(folder, 'good')} (FORMAT csv, HEADER true)`,
      upsert ? merge(good) : `INSERT INTO ${table} FROM ${good}`,
      'COMMIT',
    ],
    clear: ['staged', 'twice', 'reject_errors', 'reject_scans'].map((name) => `DROP TABLE IF EXISTS ${name}`),
  };
};
