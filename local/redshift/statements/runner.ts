import { errorMessage } from '../engine/error-message.ts';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Database } from '../engine/database.ts';
import { SqlError } from '../sql/sql-error.ts';
import { logIn, type Warehouse, type WarehouseSession } from '../security/warehouse-session.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { execute, type S3Commands } from './execute.ts';
import { createSlots } from './slots.ts';
import type { Statement, StatementStatus } from './statement.ts';
import type { StatementStore } from './store.ts';

export interface RunnerOptions {
  readonly database: Database;
  readonly store: StatementStore;
  /** Statements that run at once; the others wait as SUBMITTED. */
  readonly slots: number;
  readonly warehouse: Warehouse;
  readonly sessions: SessionStore;
  readonly commands: S3Commands;
  /** Awaited after each change of status, before the statement goes on: for tests that hold it there. */
  readonly onStatus: (statement: Statement, status: StatementStatus) => Promise<void>;
  /** Called once a statement has ended. */
  readonly onEnded: (statement: Statement) => Promise<void>;
}

export interface Runner {
  /** Starts a statement in the background. */
  start(statement: Statement): void;
  /** Resolves when nothing runs any more, having aborted what does. */
  stop(): Promise<void>;
}

const INTERRUPT_EVERY_MS = 20;

const elapsed = (since: bigint): bigint => process.hrtime.bigint() - since;

const describe = (cause: unknown): string => {
  if (cause instanceof SqlError) return cause.describe();
  return new SqlError('XX000', errorMessage(cause)).describe();
};

/** Interrupts again and again: an interrupt that comes between two queries of a statement has no effect. */
function interruptOnAbort(connection: DuckDBConnection, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    connection.interrupt();
    timer ??= setInterval(() => connection.interrupt(), INTERRUPT_EVERY_MS);
  };
  if (signal.aborted) interrupt();
  else signal.addEventListener('abort', interrupt, { once: true });
  return () => {
    signal.removeEventListener('abort', interrupt);
    clearInterval(timer);
  };
}

/** Notes how a statement ended, and says in which status. */
function ending(statement: Statement, since: bigint, failure?: { readonly cause: unknown }): StatementStatus {
  statement.duration = elapsed(since);
  if (failure === undefined) return 'FINISHED';
  statement.result = undefined;
  if (statement.cancellation.signal.aborted) return 'ABORTED';
  statement.error = describe(failure.cause);
  return 'FAILED';
}

/** The connection of the statement's session, or one of its own. */
async function connect(
  { session, request }: Statement,
  { database, warehouse }: Pick<RunnerOptions, 'database' | 'warehouse'>,
): Promise<WarehouseSession> {
  if (session?.connected !== undefined) return session.connected;
  const connection = await database.connect();
  try {
    const connected = await logIn(connection, request.login, warehouse);
    if (session !== undefined) session.connected = connected;
    return connected;
  } catch (cause) {
    connection.closeSync();
    throw cause;
  }
}

export function createRunner(options: RunnerOptions): Runner {
  const { store } = options;
  const slots = createSlots(options.slots);
  const running = new Map<Statement, Promise<void>>();

  const move = async (statement: Statement, status: StatementStatus): Promise<void> => {
    store.setStatus(statement, status);
    await options.onStatus(statement, status);
  };

  const work = async (statement: Statement): Promise<void> => {
    const { signal } = statement.cancellation;
    await move(statement, 'PICKED');
    signal.throwIfAborted();
    const session = await connect(statement, options);
    const stopInterrupting = interruptOnAbort(session.connection, signal);
    try {
      statement.startedAt = new Date();
      await move(statement, 'STARTED');
      signal.throwIfAborted();
      const outcome = await execute(session, statement, options.commands);
      statement.result = outcome.result;
      statement.resultRows = outcome.rows;
    } finally {
      stopInterrupting();
      if (statement.session === undefined) session.connection.closeSync();
    }
  };

  /** The session is free before anybody can know that the statement has ended. */
  const end = (statement: Statement, status: StatementStatus): void => {
    if (statement.session !== undefined) options.sessions.release(statement.session);
    store.setStatus(statement, status);
  };

  const run = async (statement: Statement): Promise<void> => {
    let since = process.hrtime.bigint();
    let release: (() => void) | undefined;
    try {
      await options.onStatus(statement, 'SUBMITTED');
      release = await slots.take(statement.cancellation.signal);
      since = process.hrtime.bigint();
      await work(statement);
      end(statement, ending(statement, since));
    } catch (cause) {
      end(statement, ending(statement, since, { cause }));
    } finally {
      release?.();
    }
    await options.onEnded(statement);
  };

  return {
    start(statement) {
      const done = run(statement).finally(() => running.delete(statement));
      running.set(statement, done);
    },
    async stop() {
      for (const statement of running.keys()) statement.cancellation.abort();
      await Promise.allSettled(running.values());
    },
  };
}
