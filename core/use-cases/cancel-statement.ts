import type { StatementId } from '../../contract/ids.ts';
import { type ApplyDeps, applyEvent } from '../jobs/apply-event.ts';
import type { Run } from '../jobs/job.ts';
import { assumeRunning } from '../jobs/snapshot.ts';
import type { Telemetry, Warehouse } from '../ports.ts';

export interface CancelDeps extends ApplyDeps {
  warehouse: Pick<Warehouse, 'cancel'>;
  telemetry: Telemetry;
}

/**
 * Carries out an accepted cancellation. The job ends when the statement has really stopped: its event, or the sweep, says so.
 * Without a statement there is nothing to cancel yet: whoever records the statement cancels it then (submit-run.ts).
 */
export async function cancelStatement(
  deps: CancelDeps,
  run: Run,
  statement_id: StatementId | undefined,
): Promise<void> {
  if (!statement_id) return;
  const cancelled = await deps.warehouse.cancel(statement_id);
  deps.telemetry.info('cancel asked of the warehouse', { ...run, statement_id, cancelled });
  if (cancelled === 'unknown') await applyEvent(deps, assumeRunning(run, statement_id), { type: 'statement_aborted' });
}
