import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, realpath, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { createWorkDir } from '../../work-dir.ts';
import { sqlName, sqlString } from '../sql/rewriter.ts';
import { prepareSecurity } from '../security/state.ts';
import { MACROS } from './macros.ts';
import { registerNativeFunctions } from './native-functions.ts';

export interface DatabaseOptions {
  /** DuckDB file; without it everything is in memory. */
  readonly file?: string | undefined;
  /** Default 1 GB; beyond it DuckDB spills to disk. */
  readonly memoryLimit?: string | undefined;
  /** Default: the machine's cores. */
  readonly threads?: number | undefined;
  /** Further directories that the engine may read and write. */
  readonly directories?: readonly string[];
}

export interface Database {
  /** A session of its own: temporary tables and interrupts concern it alone. Close it with `closeSync`. */
  connect(): Promise<DuckDBConnection>;
  /** A directory that the engine may read and write; but for `directories` nothing else is open to SQL. */
  readonly workDirectory: string;
  /** Creates or replaces `table` (may carry a schema) from a .parquet, .csv, .csv.gz or .json file. */
  load(table: string, file: string): Promise<void>;
  close(): Promise<void>;
}

const SEARCH_PATH = `SET search_path = 'public,main'`;

function reader(file: string): string {
  const name = file.endsWith('.gz') ? basename(file, '.gz') : file;
  switch (extname(name)) {
    case '.parquet':
      return 'read_parquet';
    case '.csv':
      return 'read_csv';
    case '.json':
    case '.jsonl':
    case '.ndjson':
      return 'read_json';
    default:
      throw new Error(`cannot load ${file}: not a .parquet, .csv or .json file`);
  }
}

/** The engine may only read in its work directory, and follows symbolic links before it judges. */
async function bringIn(file: string, inside: string): Promise<void> {
  await link(file, inside).catch(() => copyFile(file, inside));
}

async function prepare(connection: DuckDBConnection, directories: readonly string[]): Promise<void> {
  const exists = await connection.runAndReadAll(`SELECT 1 FROM duckdb_schemas() WHERE schema_name = 'public'`);
  if (exists.currentRowCount === 0) await connection.run('CREATE SCHEMA public');
  await prepareSecurity(connection);
  for (const macro of MACROS) await connection.run(`CREATE OR REPLACE MACRO main.${macro}`);
  await connection.run(`SET GLOBAL TimeZone = 'UTC'`);
  await connection.run(`SET GLOBAL allowed_directories = [${directories.map(sqlString).join(', ')}]`);
  await connection.run('SET GLOBAL enable_external_access = false');
}

export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const workDirectory = await realpath(await createWorkDir('spectra-redshift-'));
  await mkdir(join(workDirectory, 'spill'));
  const instance = await DuckDBInstance.create(options.file ?? ':memory:', {
    threads: String(options.threads ?? availableParallelism()),
    memory_limit: options.memoryLimit ?? '1GB',
    temp_directory: join(workDirectory, 'spill'),
    // Macros with typed parameters, in a file, need it.
    storage_compatibility_version: 'v1.4.0',
    integer_division: 'true',
    default_null_order: 'nulls_last_on_asc_first_on_desc',
  });
  const first = await instance.connect();
  registerNativeFunctions(first);
  await prepare(first, [workDirectory, ...(options.directories ?? [])]);

  const connect = async (): Promise<DuckDBConnection> => {
    const connection = await instance.connect();
    await connection.run(SEARCH_PATH);
    return connection;
  };
  return {
    connect,
    workDirectory,
    async load(table, file) {
      const inside = join(workDirectory, `load-${randomUUID()}-${basename(file)}`);
      await bringIn(resolve(file), inside);
      const connection = await connect();
      try {
        const name = table.toLowerCase().split('.').map(sqlName).join('.');
        await connection.run(`CREATE OR REPLACE TABLE ${name} AS SELECT * FROM ${reader(file)}(${sqlString(inside)})`);
      } finally {
        connection.closeSync();
        await rm(inside, { force: true });
      }
    },
    async close() {
      first.closeSync();
      instance.closeSync();
      await rm(workDirectory, { recursive: true, force: true });
    },
  };
}
