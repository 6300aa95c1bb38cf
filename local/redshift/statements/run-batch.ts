import { tokenize } from '../sql/lexer.ts';
import { SqlError } from '../sql/sql-error.ts';
import { controlsTransaction } from '../sql/statement-kind.ts';
import { endTransaction, type WarehouseSession } from '../security/warehouse-session.ts';
import type { Batch, Statement, StatementStatus } from './statement.ts';

/** Where a test may hold a batch, or make it fail; `before a statement`: the one that is STARTED is about to run. */
export type BatchPoint = 'before a statement' | 'before COMMIT' | 'after COMMIT';

export interface BatchSteps {
  /** Runs a statement and notes its outcome. */
  readonly run: (part: Statement) => Promise<void>;
  /** Notes the failure of a statement, and says in which status it has ended. */
  readonly failed: (part: Statement, cause: unknown) => StatementStatus;
  readonly setStatus: (part: Statement, status: StatementStatus) => void;
  readonly onPoint: (batch: Batch, point: BatchPoint) => Promise<void>;
  /** Called before a rollback: it must not be interrupted by what made it necessary. */
  readonly stopInterrupting: () => void;
}

/** In the service's own words and spelling. */
const NOT_REACHED = 'Connection or an prior query failed.';

async function runPart(batch: Batch, part: Statement, steps: BatchSteps): Promise<void> {
  const since = process.hrtime.bigint();
  part.startedAt = new Date();
  steps.setStatus(part, 'STARTED');
  let status: StatementStatus = 'FINISHED';
  try {
    await steps.onPoint(batch, 'before a statement');
    part.cancellation.signal.throwIfAborted();
    await steps.run(part);
  } catch (cause) {
    status = steps.failed(part, cause);
    throw cause;
  } finally {
    part.duration = process.hrtime.bigint() - since;
    steps.setStatus(part, status);
  }
}

/** Ends what was not reached when a batch ends. */
export function abortRest(batch: Batch, setStatus: BatchSteps['setStatus']): void {
  for (const part of batch.parts) {
    if (part.status !== 'SUBMITTED') continue;
    if (!part.cancellation.signal.aborted) part.error = NOT_REACHED;
    setStatus(part, 'ABORTED');
  }
}

function refuseControl(part: Statement): void {
  const tokens = tokenize(part.request.sql);
  if (!controlsTransaction(tokens)) return;
  const word = tokens[0]?.value.toUpperCase() ?? '';
  throw new SqlError('25001', `${word} cannot run in a batch that is one transaction`, (tokens[0]?.start ?? 0) + 1);
}

async function inOneTransaction(session: WarehouseSession, batch: Batch, steps: BatchSteps): Promise<void> {
  const { connection } = session;
  if (session.transaction !== 'none') throw new SqlError('25001', 'there is already a transaction in progress');
  const run = async (part: Statement): Promise<void> => {
    refuseControl(part);
    await steps.run(part);
  };
  try {
    await connection.run('BEGIN');
    session.transaction = 'open';
    for (const part of batch.parts) await runPart(batch, part, { ...steps, run });
    await steps.onPoint(batch, 'before COMMIT');
    batch.cancellation.signal.throwIfAborted();
    await connection.run('COMMIT');
  } catch (cause) {
    steps.stopInterrupting();
    // What failed may have ended the transaction already.
    await connection.run('ROLLBACK').catch(() => undefined);
    throw cause;
  } finally {
    endTransaction(session);
  }
  await steps.onPoint(batch, 'after COMMIT');
}

/**
 * "Each SQL statement is committed individually, and a failure of one statement does not affect the others" (API reference of
 * BatchExecuteStatement, ExecutionMode): so the others run. That the batch has failed then is what clients of the service
 * were seen to expect; the reference does not say it.
 */
async function oneByOne(batch: Batch, steps: BatchSteps): Promise<void> {
  const failures: unknown[] = [];
  for (const part of batch.parts) {
    batch.cancellation.signal.throwIfAborted();
    await runPart(batch, part, steps).catch((cause: unknown) => failures.push(cause));
  }
  if (failures.length > 0) throw failures[0];
}

/** Runs the statements of a batch in their order. Rejects with what the first failed with. */
export async function runBatch(session: WarehouseSession, batch: Batch, steps: BatchSteps): Promise<void> {
  switch (batch.request.mode) {
    case 'TRANSACTION':
      return inOneTransaction(session, batch, steps);
    case 'AUTO_COMMIT':
      return oneByOne(batch, steps);
  }
}
