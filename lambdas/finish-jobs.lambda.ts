import { StatementEvent } from '../contract/events.ts';
import { parseStatementName } from '../core/jobs/statement-name.ts';
import { finishRun } from '../core/use-cases/finish-run.ts';
import { composeFinishJobs } from './shared/compose.ts';

const deps = composeFinishJobs();

/** An error lets EventBridge and Lambda try again, and then keeps the event in the dead-letter queue. */
export async function handler(event: unknown): Promise<void> {
  const { detail } = StatementEvent.parse(event);
  const label = parseStatementName(detail.statementName, deps.deployment);
  if (!label) {
    deps.telemetry.warn('statement is not ours', { statement_id: detail.statementId });
    return;
  }
  await finishRun(deps, { ...label, statement_id: detail.statementId, state: detail.state });
}
