import { AsyncLocalStorage } from 'node:async_hooks';
import type { World } from './world.ts';

/** How a call of a Lambda came out; 'died': killed or out of time, nobody was told anything. */
export type Outcome<Result> =
  { kind: 'returned'; result: Result } | { kind: 'threw'; error: unknown } | { kind: 'died' };

/** What becomes of one call of a port. A fault may hit before the call has had its effect, or after it. */
export type Fate = 'happens' | 'fails' | 'fails after it happened' | 'kills' | 'kills after it happened';
export const fates = ['happens', 'fails', 'fails after it happened', 'kills', 'kills after it happened'] as const;

/** One call of a Lambda, under way. */
export interface Invocation {
  world: World;
  name: string;
  /** When the Lambda is killed, in milliseconds. */
  deadline: number;
  /** A fault was injected: an error is no defect. */
  faulted: boolean;
  alive: boolean;
  die: () => void;
}

/** A call of a port that an invocation waits for: nothing happens until somebody lets it. */
export interface Pending {
  invocation: Invocation;
  what: string;
  perform: () => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

const current = new AsyncLocalStorage<Invocation>();

/** The invocation that the calling code is part of. */
export function invocationHere(): Invocation {
  const invocation = current.getStore();
  if (!invocation) throw new Error('This code runs in no invocation');
  return invocation;
}

export class InjectedError extends Error {
  override name = 'InjectedError';
}

/** Starts a Lambda; `settle` is told once how it came out. It goes on only as its calls of ports are let happen. */
export function invoke<Result>(
  world: World,
  { name, seconds }: { name: string; seconds: number },
  run: () => Promise<Result>,
  settle: (outcome: Outcome<Result>, invocation: Invocation) => void,
): Invocation {
  const end = (outcome: Outcome<Result>): void => {
    if (!invocation.alive) return;
    invocation.alive = false;
    world.running.delete(invocation);
    world.pending = world.pending.filter((pending) => pending.invocation !== invocation);
    world.guard(() => settle(outcome, invocation));
  };
  const deadline = world.now + seconds * 1000;
  const invocation: Invocation = {
    world,
    name,
    deadline,
    faulted: false,
    alive: true,
    die: () => end({ kind: 'died' }),
  };
  world.running.add(invocation);
  current.run(invocation, run).then(
    (result) => end({ kind: 'returned', result }),
    (error: unknown) => end({ kind: 'threw', error }),
  );
  return invocation;
}

/** Lets one call of a port have its fate, and the code behind it run on to its next call. */
export async function step(world: World, pending: Pending, fate: Fate): Promise<void> {
  world.pending = world.pending.filter((other) => other !== pending);
  const { invocation } = pending;
  const happens = fate !== 'fails' && fate !== 'kills';
  const answer = happens ? pending.perform() : Promise.resolve();
  answer.catch(() => undefined);
  if (fate !== 'happens') invocation.faulted = true;
  if (fate === 'happens') answer.then(pending.resolve, pending.reject);
  else if (fate.startsWith('kills')) invocation.die();
  else pending.reject(new InjectedError(`${pending.what} failed`));
  await rest();
}

/** Until nothing runs that waits for no port: what is left to do is then pending. */
export const rest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets an invocation go on to its end, with nothing in between. */
export async function finish(world: World, invocation: Invocation): Promise<void> {
  await rest();
  for (let steps = 0; invocation.alive && steps < 2000; steps += 1) {
    const next = world.pending.find((pending) => pending.invocation === invocation);
    if (!next) return;
    await step(world, next, 'happens');
  }
}

/** Lets everything that is under way go on to its end, each in turn. */
export async function drain(world: World): Promise<void> {
  await rest();
  for (let steps = 0; world.pending.length > 0; steps += 1) {
    if (steps > 5000) throw new Error('What is under way comes to no end');
    const [next] = world.pending;
    if (next) await step(world, next, 'happens');
  }
}
