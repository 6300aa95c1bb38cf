import type { RequestRecord } from '../../contract/records.ts';
import type { Run } from '../jobs/job.ts';
import { snapshotOf } from '../jobs/snapshot.ts';
import type { Change, Snapshot } from '../jobs/change.ts';
import { transition } from '../jobs/transition.ts';
import { type SubmitDeps, submitRun } from './submit-run.ts';
import type { Admission, AdmissionLimits, AdmitOutcome } from '../ports.ts';

export interface AdmitDeps extends SubmitDeps {
  admission: Admission;
  limits: AdmissionLimits;
}

/**
 * A job was started: it runs if there is a place and nobody waits before it, else its tenant is marked as waiting. The mark's own
 * stream record then lets whoever's turn it is in (admit-waiting.ts).
 */
export async function admitJob(deps: AdmitDeps, run: Run, request?: RequestRecord): Promise<void> {
  const change = admission(deps, { ...run, state: 'UploadComplete' });
  const outcome = await deps.admission.admit(change, deps.limits, 'fresh');
  switch (outcome.outcome) {
    case 'written':
      return submitRun(deps, { run, request, repeated: false });
    case 'stale':
      return resume(deps, outcome, run, request);
    case 'full':
      deps.telemetry.info('job waits', { ...run, scope: outcome.scope });
      return deps.admission.markWaiting([run.tenant_id], deps.clock.now());
  }
}

/** The record came again. If the first delivery broke off between admission and submission, go on from there. */
async function resume(
  deps: AdmitDeps,
  outcome: Extract<AdmitOutcome, { outcome: 'stale' }>,
  run: Run,
  request?: RequestRecord,
): Promise<void> {
  const job = outcome.job;
  if (!job) return;
  const now = snapshotOf(job);
  if (now.state === 'InProgress' && now.attempt === run.attempt && !now.statement_id)
    await submitRun(deps, { run, request, repeated: true });
}

/** The change that lets a waiting job in. */
export function admission(deps: Pick<AdmitDeps, 'clock' | 'retention' | 'by'>, waiting: Snapshot): Change {
  const { clock, retention, by } = deps;
  const decision = transition(waiting, { type: 'admit' }, { now: clock.now(), retention, by });
  if (decision.kind !== 'change') throw new Error(`A job in ${waiting.state} can't be admitted`);
  return decision.change;
}
