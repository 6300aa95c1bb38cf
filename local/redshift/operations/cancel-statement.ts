import * as z from 'zod';
import { validation } from '../protocol/api-error.ts';
import { isTerminal } from '../statements/statement.ts';
import { operation } from './operation.ts';
import { ownStatement } from './ownership.ts';
import { StatementId } from './shared-schemas.ts';

/** Asks a statement or a whole batch to stop; it is ABORTED when its work has really ended. */
export const cancelStatement = operation(z.object({ Id: StatementId }), ({ store }, { Id }, caller) => {
  const statement = ownStatement(store, Id, caller, 'CancelStatement');
  if (statement.id !== statement.id.split(':')[0])
    throw validation('A statement of a batch cannot be cancelled by itself.');
  if (isTerminal(statement.status)) {
    throw validation(`Could not cancel a query that is already in ${statement.status} state with ID: ${Id}`);
  }
  statement.cancellation.abort();
  return { Status: true };
});
