import { errorMessage } from '../engine/error-message.ts';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Database } from '../engine/database.ts';
import { SqlError } from '../sql/sql-error.ts';
import { disconnect, logIn, type Warehouse, type WarehouseSession } from '../security/warehouse-session.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { execute, type S3Commands } from './execute.ts';
import { abortRest, runBatch, type BatchPoint, type BatchSteps } from './run-batch.ts';
import { createSlots } from './slots.ts';
import type { Batch, Statement, StatementStatus, Submission } from './statement.ts';
import type { StatementStore } from './store.ts';

export interface RunnerOptions {
  readonly database: Database;
  readonly store: StatementStore;
  /** Statements and batches that run at once; the others wait as SUBMITTED. */
  readonly slots: number;
  readonly warehouse: Warehouse;
  readonly sessions: SessionStore;
  readonly commands: S3Commands;
  /** Awaited after each change of status, before the statement goes on: for tests that hold it there. */
  readonly onStatus: (submission: Submission, status: StatementStatus) => Promise<void>;
  /** Awaited at the named points of a batch, likewise. */
  readonly onBatchPoint: (batch: Batch, point: BatchPoint) => Promise<void>;
  /** Called once a statement or batch has ended. */
  readonly onEnded: (submission: Submission) => Promise<void>;
}

export interface Runner {
  /** Starts a statement or batch in the background. */
  start(submission: Submission): void;
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

/** Notes why it failed, and says in which status it has ended. */
function failed(submission: Submission, cause: unknown): StatementStatus {
  if (submission.kind === 'statement') submission.result = undefined;
  if (submission.cancellation.signal.aborted) return 'ABORTED';
  submission.error = describe(cause);
  return 'FAILED';
}

/** The connection of the session that it is in, or one of its own. */
async function connect(
  { session, request }: Submission,
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

async function runStatement(session: WarehouseSession, statement: Statement, commands: S3Commands): Promise<void> {
  const outcome = await execute(session, statement, commands);
  statement.result = outcome.result;
  statement.resultRows = outcome.rows;
}

export function createRunner(options: RunnerOptions): Runner {
  const { store } = options;
  const slots = createSlots(options.slots);
  const running = new Map<Submission, Promise<void>>();

  const move = async (submission: Submission, status: StatementStatus): Promise<void> => {
    store.setStatus(submission, status);
    await options.onStatus(submission, status);
  };

  const work = async (submission: Submission): Promise<void> => {
    const { signal } = submission.cancellation;
    await move(submission, 'PICKED');
    signal.throwIfAborted();
    const session = await connect(submission, options);
    const stopInterrupting = interruptOnAbort(session.connection, signal);
    const run = (statement: Statement): Promise<void> => runStatement(session, statement, options.commands);
    const { setStatus } = store;
    const steps: BatchSteps = { run, failed, setStatus, onPoint: options.onBatchPoint, stopInterrupting };
    try {
      submission.startedAt = new Date();
      await move(submission, 'STARTED');
      signal.throwIfAborted();
      await (submission.kind === 'batch' ? runBatch(session, submission, steps) : run(submission));
    } finally {
      stopInterrupting();
      if (submission.session === undefined) disconnect(session);
    }
  };

  /** The session is free before anybody can know that the submission has ended. */
  const end = (submission: Submission, status: StatementStatus, since: bigint): void => {
    submission.duration = elapsed(since);
    if (submission.session !== undefined) options.sessions.release(submission.session);
    if (submission.kind === 'batch') abortRest(submission, store.setStatus);
    store.setStatus(submission, status);
  };

  const run = async (submission: Submission): Promise<void> => {
    let since = process.hrtime.bigint();
    let release: (() => void) | undefined;
    try {
      await options.onStatus(submission, 'SUBMITTED');
      release = await slots.take(submission.cancellation.signal);
      since = process.hrtime.bigint();
      await work(submission);
      end(submission, 'FINISHED', since);
    } catch (cause) {
      end(submission, failed(submission, cause), since);
    } finally {
      release?.();
    }
    await options.onEnded(submission);
  };

  return {
    start(submission) {
      const done = run(submission).finally(() => running.delete(submission));
      running.set(submission, done);
    },
    async stop() {
      for (const submission of running.keys()) submission.cancellation.abort();
      await Promise.allSettled(running.values());
    },
  };
}
