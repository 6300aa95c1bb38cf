import type { Clock, JobStore } from '../ports.ts';
import type { Job } from './job.ts';
import type { Retention } from './retention.ts';
import { snapshotOf } from './snapshot.ts';
import type { Change, JobEvent, Snapshot } from './change.ts';
import type { TransitionContext } from './decide.ts';
import { transition } from './transition.ts';

export interface ApplyDeps {
  jobs: JobStore;
  clock: Clock;
  retention: Retention;
  /** Who acts, for the log: the key of a caller, or a component of the service. */
  by: string;
  /** Absent where no run is begun without being asked for. */
  again?: { attempts: number; random: () => number };
}

/** `job` where it was not what was assumed: as it was found then, and the event was decided on. */
export type Applied =
  | { outcome: 'written'; change: Change; job?: Job }
  | { outcome: 'settled'; state: Job['state']; job?: Job }
  | { outcome: 'refused'; state: Job['state']; job?: Job }
  | { outcome: 'gone' }
  /** The job has gone on to another run: news of this one matters no more. */
  | { outcome: 'superseded' };

const attempts = 5;

const contextOf = ({ clock, retention, by, again }: ApplyDeps): TransitionContext => ({
  now: clock.now(),
  retention,
  by,
  again: again && { attempts: again.attempts, jitter: again.random() },
});

/**
 * Decides an event on what is assumed of the job and writes it conditionally; where the assumption was wrong, decides again on
 * the job as it is. Each round means that another writer moved the job along its graph, so few rounds are ever needed.
 */
export async function applyEvent(deps: ApplyDeps, assumed: Snapshot, event: JobEvent): Promise<Applied> {
  let snapshot = assumed;
  let found: { job?: Job } = {};
  for (let round = 0; round < attempts; round += 1) {
    const decision = transition(snapshot, event, contextOf(deps));
    switch (decision.kind) {
      case 'settled':
        return { outcome: 'settled', state: snapshot.state, ...found };
      case 'refused':
        return { outcome: 'refused', state: decision.state, ...found };
      case 'change':
      case 'unread': {
        const written = decision.kind === 'change' ? await deps.jobs.write(decision.change) : undefined;
        if (written?.outcome === 'written' && decision.kind === 'change')
          return { outcome: 'written', change: decision.change, ...found };
        const job = written?.outcome === 'stale' ? written.job : await deps.jobs.getLatest(assumed);
        if (!job) return { outcome: 'gone' };
        if (job.attempt !== assumed.attempt) return { outcome: 'superseded' };
        found = { job };
        snapshot = { ...snapshotOf(job), statement_id: snapshotOf(job).statement_id ?? assumed.statement_id };
      }
    }
  }
  throw new Error(`Job ${assumed.job_id} changed ${attempts} times while ${event.type} was being written`);
}
