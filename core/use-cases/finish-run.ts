import type { StatementEnd } from '../../contract/events.ts';
import type { StatementId } from '../../contract/ids.ts';
import { type ApplyDeps, type Applied, applyEvent } from '../jobs/apply-event.ts';
import type { JobEvent } from '../jobs/change.ts';
import type { Run } from '../jobs/job.ts';
import { outcomeMetrics } from '../jobs/outcome-metrics.ts';
import { assumeRunning } from '../jobs/snapshot.ts';
import type { StatementWork } from '../jobs/statement-name.ts';
import type { Telemetry } from '../ports.ts';
import { type ExportOutcomeDeps, exportOutcome } from './export-outcome.ts';
import { type LoadOutcomeDeps, loadOutcome } from './load-outcome.ts';

export interface FinishDeps extends ApplyDeps, ExportOutcomeDeps, LoadOutcomeDeps {
  telemetry: Telemetry;
}

export interface EndedStatement {
  run: Run;
  work: StatementWork;
  statement_id: StatementId;
  state: StatementEnd;
}

/**
 * A statement has ended: so does its run, and its places are free. Told by the event or found by the sweep, once or more often, in
 * any order: the first one writes, for the others the job has ended already.
 */
export async function finishRun(deps: FinishDeps, ended: EndedStatement): Promise<Applied> {
  const event = await outcomeOf(deps, ended);
  const applied = await applyEvent(deps, assumeRunning(ended.run, ended.statement_id), event);
  const facts = { ...ended.run, statement_id: ended.statement_id, statement: ended.state, outcome: applied.outcome };
  deps.telemetry.info('statement ended', facts);
  if (applied.outcome === 'written') deps.telemetry.count(outcomeMetrics(applied.change.set));
  return applied;
}

function outcomeOf(deps: FinishDeps, ended: EndedStatement): Promise<JobEvent> {
  switch (ended.work.kind) {
    case 'export':
      return exportOutcome(deps, { ...ended, work: ended.work });
    case 'load':
      return loadOutcome(deps, ended);
  }
}
