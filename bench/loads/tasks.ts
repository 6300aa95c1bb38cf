import { DuckDBInstance } from '@duckdb/node-api';
import { join } from 'node:path';
import type { LoadJobBody } from '../../contract/jobs.ts';

export const table = 'demo.flights';
export const rows = 3_000_000;
/** What each engine may keep in memory, the service's and plain DuckDB alike: all of the load and the tables. */
export const memoryGb = 4;

/** Of the table and of the files, in this order. */
export const columns = {
  id: 'BIGINT',
  date: 'TIMESTAMP',
  delay: 'BIGINT',
  distance: 'BIGINT',
  origin: 'VARCHAR',
  destination: 'VARCHAR',
} as const;

const flights = 'node_modules/vega-datasets/data/flights-3m.parquet';
const names = Object.keys(columns).join(', ');
const numbered = `SELECT row_number() OVER () AS id, date, delay, distance, origin, destination FROM read_parquet('${flights}')`;
/** One in ten is new to a table that has the flights. */
const changed = `SELECT id + 300000 AS id, date, delay + 15 AS delay, distance, origin, destination FROM (${numbered})`;

const files = {
  'flights.csv.gz': `(${numbered}) TO '?' (FORMAT csv, HEADER true, COMPRESSION gzip)`,
  'flights.parquet': `(${numbered}) TO '?' (FORMAT parquet)`,
  'changed.csv.gz': `(${changed}) TO '?' (FORMAT csv, HEADER true, COMPRESSION gzip)`,
  'changed.parquet': `(${changed}) TO '?' (FORMAT parquet)`,
} as const;

export interface Task {
  label: string;
  file: keyof typeof files;
  load: Pick<LoadJobBody, 'operation'> & Partial<LoadJobBody>;
}

const csv = { content_type: 'CSV', compression: 'GZIP' } as const;
const parquet = { content_type: 'PARQUET' } as const;
const upsert = { operation: 'upsert', external_id_field: 'id' } as const;

export const tasks: readonly Task[] = [
  { label: 'insert CSV+GZIP', file: 'flights.csv.gz', load: { operation: 'insert', ...csv } },
  { label: 'insert PARQUET', file: 'flights.parquet', load: { operation: 'insert', ...parquet } },
  { label: 'upsert CSV+GZIP', file: 'changed.csv.gz', load: { ...upsert, ...csv } },
  { label: 'upsert PARQUET', file: 'changed.parquet', load: { ...upsert, ...parquet } },
];

export function taskOf(label: string): Task {
  const task = tasks.find((each) => each.label === label);
  if (task === undefined) throw new Error(`No task ${label}`);
  return task;
}

/** Brings the table to where a task starts from: empty, or with the flights. `source` is a table that has these. */
export const resetSql = ({ load }: Task, source: string): string =>
  `CREATE OR REPLACE TABLE ${table} AS SELECT ${names} FROM ${source}${load.operation === 'insert' ? ' LIMIT 0' : ''}`;

/** Writes all files of the tasks. */
export async function makeFiles(folder: string): Promise<void> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    for (const [name, copy] of Object.entries(files))
      await connection.run(`COPY ${copy.replace('?', join(folder, name))}`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
