import { fixedLimits } from '../../contract/limits.ts';
import type { KeyUseIn, StoredAnswer } from '../../contract/records.ts';
import type { Clock, IdempotencyStore, Ids, Telemetry } from '../ports.ts';
import { ProblemError } from '../problem-error.ts';
import { type Claim, assertSameRequest, rememberedUntil, stillRunning } from './claim.ts';

export interface OnceDeps {
  idempotency: IdempotencyStore;
  ids: Pick<Ids, 'leaseId'>;
  clock: Clock;
  telemetry: Telemetry;
}

/** Whose turn it is: the first request's own, or that of a repeat after the first one died. */
export type Turn =
  | { takenOver: false }
  /** Some of it may have been done. `attempt` is the run that the job was in before, where there was a job. */
  | { takenOver: true; attempt: number | undefined };

export interface Act {
  /** Read before the key is claimed, and kept with it: what a repeat must know to do nothing twice. */
  attempt?: () => Promise<number | undefined>;
  /** Safe to do again with a turn that was taken over. A ProblemError means that nothing was done. */
  run: (turn: Turn) => Promise<StoredAnswer>;
}

/** Larger answers are not kept: a repeat then does it again. Far below the 400 KB of an item. */
export const largestAnswer = 256 * 1024;

/** A first request that lives mostly answers at once; one that has died is waited for to the end of its lease. */
const soon = 1;

/**
 * Does what a request with an Idempotency-Key asks for once, and answers every repeat as the first. Three writes apart from what is
 * done: the key is claimed under a lease, and the answer kept; a request that dies in between loses the key with its lease.
 * Answers that are problems are not kept: nothing was done, so a repeat may succeed.
 */
export async function once(
  deps: OnceDeps,
  claim: Claim,
  act: Act,
): Promise<{ answer: StoredAnswer; replayed: boolean }> {
  const attempt = await act.attempt?.();
  const mine = newLease(deps, claim, attempt);
  const begun = await deps.idempotency.begin(mine, deps.clock.now());
  if (begun.outcome === 'begun') return { answer: await doIt(deps, mine, act, { takenOver: false }), replayed: false };
  const { earlier } = begun;
  assertSameRequest(earlier, claim);
  switch (earlier.phase) {
    case 'answered':
      return { answer: earlier.answer, replayed: true };
    case 'running':
      return { answer: await takeOver(deps, { ...mine, attempt: earlier.attempt }, earlier, act), replayed: false };
    case 'created':
      throw new Error('A key that made a job came back with the hash of another kind of request');
  }
}

function newLease(deps: OnceDeps, claim: Claim, attempt: number | undefined): KeyUseIn<'running'> {
  const now = deps.clock.now();
  return {
    type: 'idempotency',
    phase: 'running',
    ...claim,
    ttl: rememberedUntil(now),
    lease_id: deps.ids.leaseId(),
    lease_until: now.getTime() + fixedLimits.idempotency_lease_seconds.value * 1000,
    ...(attempt === undefined ? {} : { attempt }),
  };
}

async function takeOver(
  deps: OnceDeps,
  mine: KeyUseIn<'running'>,
  dead: KeyUseIn<'running'>,
  act: Act,
): Promise<StoredAnswer> {
  const left = dead.lease_until - deps.clock.now().getTime();
  const young = left > (fixedLimits.idempotency_lease_seconds.value - 5) * 1000;
  if (left > 0) throw stillRunning(young ? soon : Math.ceil(left / 1000));
  if (!(await deps.idempotency.takeOver(mine, dead.lease_id))) throw stillRunning(soon);
  return doIt(deps, mine, act, { takenOver: true, attempt: dead.attempt });
}

async function doIt(deps: OnceDeps, mine: KeyUseIn<'running'>, act: Act, turn: Turn): Promise<StoredAnswer> {
  let answer: StoredAnswer;
  try {
    answer = await act.run(turn);
  } catch (error) {
    // What failed unforeseen, or was begun by one that died, may have been done: the key keeps what it knows for the next turn.
    const nothingDone = error instanceof ProblemError && !turn.takenOver;
    await settle(deps, () =>
      nothingDone ? deps.idempotency.forget(mine) : deps.idempotency.expire(mine, deps.clock.now()),
    );
    throw error;
  }
  const kept = new TextEncoder().encode(answer.body).length <= largestAnswer;
  await settle(deps, () => (kept ? deps.idempotency.keep(mine, answer) : deps.idempotency.forget(mine)));
  return answer;
}

/** What was done is done: when the key can't be written, its lease runs out, and a repeat takes over. */
async function settle(deps: OnceDeps, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    deps.telemetry.error('idempotency key not settled', {}, error);
  }
}
