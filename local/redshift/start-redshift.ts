import { errorMessage } from './engine/error-message.ts';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { DuckDBValue } from '@duckdb/node-api';
import { systemClock, type Clock } from './engine/clock.ts';
import { openDatabase, type Database } from './engine/database.ts';
import { identifyByKey, type Identify } from './identity/caller.ts';
import type { Secrets } from './identity/login.ts';
import { createCopier } from './copy/copy.ts';
import { openLoadErrors } from './copy/load-errors.ts';
import type { S3Access } from './s3/s3-client.ts';
import { createWarehouse } from './security/warehouse-session.ts';
import { createDataApiServer } from './server.ts';
import { SessionStore } from './sessions/session-store.ts';
import type { S3Commands } from './statements/execute.ts';
import { createRunner } from './statements/runner.ts';
import type { BatchPoint } from './statements/run-batch.ts';
import type { Batch, StatementStatus, Submission } from './statements/statement.ts';
import { statementEvent, type Place, type StatementEvent } from './statements/status-event.ts';
import { createStore } from './statements/store.ts';
import { createUnloader } from './unload/unload.ts';

export type { Caller, Identify } from './identity/caller.ts';
export type { Secrets } from './identity/login.ts';
export type { StatementEvent } from './statements/status-event.ts';
export type { BatchPoint } from './statements/run-batch.ts';
export type { S3Access } from './s3/s3-client.ts';

export interface RedshiftOptions {
  /** Default: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** DuckDB file that keeps the tables; without it they are in memory. */
  readonly databaseFile?: string;
  /** Where UNLOAD writes and COPY reads. */
  readonly s3: S3Access;
  /** Gets the event of each statement that ended and was submitted with WithEvent. */
  readonly publishEvent?: (event: StatementEvent) => Promise<void>;
  readonly clock?: Clock;
  readonly nextId?: () => string;
  /** Default 000000000000. */
  readonly account?: string;
  /** Who calls, by access key; default: a trusted user of the account who is named like the key. */
  readonly identify?: Identify;
  /** The database user who may do everything and needs no CREATE USER, default awsuser. */
  readonly administrator?: string;
  /** Whose credentials a secret holds, by ARN or name; one named `redshift/<user>` holds that user's in any case. */
  readonly secrets?: Secrets;
  /** Default 500; more are refused with ActiveSessionsExceededException. */
  readonly maxSessions?: number;
  /** Default 500; more are refused with ActiveStatementsExceededException. */
  readonly maxActiveStatements?: number;
  /** Finished statements remembered at most, default 10,000; none for longer than 24 hours. */
  readonly maxFinishedStatements?: number;
  /** Default 256 MB. */
  readonly maxResultBytes?: number;
  /**
   * Statements that run at once, the others wait as SUBMITTED. Default 5, but two fewer than the threads of libuv's pool
   * (UV_THREADPOOL_SIZE, 4): each running one occupies a thread, and compression needs some too.
   */
  readonly slots?: number;
  /** Slices that write in parallel, default 2. */
  readonly slices?: number;
  /** DuckDB's memory_limit, default 1 GB. */
  readonly memoryLimit?: string;
  readonly threads?: number;
  /** Awaited after each change of status of a statement or batch: lets a test hold it there. */
  readonly onStatus?: (submission: Submission, status: StatementStatus) => Promise<void>;
  /** Awaited at the named points of a batch: lets a test hold it there, or by rejecting make it fail. */
  readonly onBatchPoint?: (batch: Batch, point: BatchPoint) => Promise<void>;
}

export interface Redshift {
  /** http://host:port */
  readonly endpoint: string;
  readonly port: number;
  /** Creates or replaces a table from a .parquet, .csv or .json file. */
  load(table: string, file: string): Promise<void>;
  /** Runs DuckDB SQL (not Redshift SQL) and returns its rows as objects. */
  query(sql: string): Promise<Record<string, DuckDBValue>[]>;
  /** Aborts what runs and frees everything. */
  close(): Promise<void>;
}

const DEFAULT_SLOTS = 5;
const POOL_THREADS = 4;
const SPARE_THREADS = 2;

function defaultSlots(): number {
  const threads = Number(process.env.UV_THREADPOOL_SIZE ?? POOL_THREADS);
  return Math.max(1, Math.min(DEFAULT_SLOTS, threads - SPARE_THREADS));
}

async function queryRows(database: Database, sql: string): Promise<Record<string, DuckDBValue>[]> {
  const connection = await database.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjects();
  } finally {
    connection.closeSync();
  }
}

const logFailure =
  (what: string) =>
  (cause: unknown): void =>
    void process.stderr.write(`redshift-local: ${what}: ${errorMessage(cause)}\n`);

/** UNLOAD and COPY. */
async function createS3Commands(
  { s3, slices = 2 }: RedshiftOptions,
  database: Database,
  clock: Clock,
): Promise<{ readonly commands: S3Commands; close(): void }> {
  const { workDirectory } = database;
  const unloader = createUnloader({ s3, slices, workDirectory });
  const copier = createCopier({ s3, workDirectory, errors: await openLoadErrors(database, clock) });
  return {
    commands: { unload: unloader.unload, copy: copier.copy },
    close() {
      unloader.close();
      copier.close();
    },
  };
}

/** Starts a Redshift Data API endpoint on DuckDB. */
export async function startRedshift(options: RedshiftOptions): Promise<Redshift> {
  const nextId = options.nextId ?? randomUUID;
  const clock = options.clock ?? systemClock;
  const place: Place = { region: options.s3.region, account: options.account ?? '000000000000' };
  const warehouse = createWarehouse(options.administrator ?? 'awsuser');
  const { databaseFile: file, memoryLimit, threads } = options;
  const directories = options.s3.localFiles === undefined ? [] : [options.s3.localFiles];
  const database = await openDatabase({ file, memoryLimit, threads, directories });
  const files = await createS3Commands(options, database, clock);
  const store = createStore({
    clock,
    nextId,
    maxActive: options.maxActiveStatements ?? 500,
    maxFinished: options.maxFinishedStatements ?? 10_000,
    maxResultBytes: options.maxResultBytes ?? 256 * 1024 * 1024,
  });
  const sessions = new SessionStore({ clock, nextId, maxActive: options.maxSessions ?? 500 });
  const onEnded = async (submission: Submission): Promise<void> => {
    if (!submission.request.withEvent || options.publishEvent === undefined) return;
    await options
      .publishEvent(statementEvent(submission, place, nextId()))
      .catch(logFailure('the event was not taken'));
  };
  const runner = createRunner({
    database,
    store,
    warehouse,
    sessions,
    slots: options.slots ?? defaultSlots(),
    commands: files.commands,
    onStatus: options.onStatus ?? (() => Promise.resolve()),
    onBatchPoint: options.onBatchPoint ?? (() => Promise.resolve()),
    onEnded,
  });
  const service = { store, sessions, runner, database, warehouse, secrets: options.secrets ?? {} };
  const server = createDataApiServer(service, options.identify ?? identifyByKey(place.account));
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  const { port, address } = server.address() as AddressInfo;
  return {
    endpoint: `http://${address}:${port}`,
    port,
    load: (table, path) => database.load(table, path),
    query: (sql) => queryRows(database, sql),
    async close() {
      await runner.stop();
      sessions.closeAll();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      files.close();
      await database.close();
    },
  };
}
