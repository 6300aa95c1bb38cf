import type { Clock, JobStore } from '../ports.ts';
import type { Job } from './job.ts';
import type { Retention } from './retention.ts';
import { snapshotOf } from './snapshot.ts';
import { type Change, type JobEvent, type Snapshot, transition } from './transition.ts';

export interface ApplyDeps {
  jobs: JobStore;
  clock: Clock;
  retention: Retention;
}

export type Applied =
  | { outcome: 'written'; change: Change }
  /** `job` where it was not what was assumed: as it was found then. */
  | { outcome: 'settled'; state: Job['state']; job?: Job }
  | { outcome: 'refused'; state: Job['state'] }
  | { outcome: 'gone' }
  /** The job has gone on to another run: news of this one matters no more. */
  | { outcome: 'superseded' };

const attempts = 5;

/**
 * Decides an event on what is assumed of the job and writes it conditionally; where the assumption was wrong, decides again on
 * the job as it is. Each round means that another writer moved the job along its graph, so few rounds are ever needed.
 */
export async function applyEvent(deps: ApplyDeps, assumed: Snapshot, event: JobEvent): Promise<Applied> {
  let snapshot = assumed;
  let found: { job?: Job } = {};
  for (let round = 0; round < attempts; round += 1) {
    const decision = transition(snapshot, event, { now: deps.clock.now(), retention: deps.retention });
    if (decision.kind === 'settled') return { outcome: 'settled', state: snapshot.state, ...found };
    if (decision.kind === 'refused') return { outcome: 'refused', state: decision.state };
    const written = await deps.jobs.write(decision.change);
    if (written.outcome === 'written') return { outcome: 'written', change: decision.change };
    if (!written.job) return { outcome: 'gone' };
    if (written.job.attempt !== assumed.attempt) return { outcome: 'superseded' };
    found = { job: written.job };
    snapshot = {
      ...snapshotOf(written.job),
      statement_id: snapshotOf(written.job).statement_id ?? assumed.statement_id,
    };
  }
  throw new Error(`Job ${assumed.job_id} changed ${attempts} times while ${event.type} was being written`);
}
