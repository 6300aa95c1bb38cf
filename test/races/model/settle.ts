import { nameOf } from '../../../adapters/memory/tables.ts';
import { isFinished } from '../../../core/jobs/job.ts';
import { jobPrefix, manifestKey, runPrefix } from '../../../core/results/location.ts';
import { markerTable } from '../../../core/load/marker.ts';
import { uploadPrefix } from '../../../core/load/upload-keys.ts';
import { ask } from './clients.ts';
import { markerSchema } from './loads.ts';
import { deliverBatch, deliverEvent, runSweep } from './deliveries.ts';
import type { Handlers } from './handlers.ts';
import { drain, finish } from './invocation.ts';
import { assertResult } from './invariants.ts';
import type { World } from './world.ts';

/** Everything that is on its way arrives, and statements end if they may; no fault is injected any more. */
export async function settle(
  handlers: Handlers,
  world: World,
  { statements, rounds }: { statements: boolean; rounds: number },
): Promise<boolean> {
  for (let round = 0; round < rounds; round += 1) {
    await drain(world);
    const queues = world.streams.ready();
    const { events } = world;
    const active = statements ? world.warehouse.active() : [];
    if (queues.length + events.length + active.length === 0) return true;
    for (const queue of queues) await finish(world, deliverBatch(handlers, world, queue, 10));
    for (const event of events) await finish(world, deliverEvent(handlers, world, event));
    for (const fact of active) world.warehouse.complete(fact, 'FINISHED', 2);
    world.assertSound();
  }
  return false;
}

const mostMinutes = 20;

/**
 * The faults are over: with a few sweeps, a minute apart, every accepted job ends, and nothing is left behind.
 * @throws Error when it does not come to rest, or not as it must
 */
export async function comeToRest(handlers: Handlers, world: World): Promise<void> {
  world.lagging = undefined;
  await drain(world);
  world.loads.setTables(true);
  const accepted = () => world.allJobs().filter(({ state }) => state === 'UploadComplete' || state === 'InProgress');
  for (let minute = 0; minute < mostMinutes; minute += 1) {
    const quiet = await settle(handlers, world, { statements: true, rounds: 100 });
    if (!quiet) throw new Error('Deliveries come to no end');
    if (accepted().length === 0) {
      assertAtRest(world);
      if (!(await askAgain(handlers, world))) return;
    }
    world.pass(61);
    await finish(world, runSweep(handlers, world));
    world.assertSound();
  }
  throw new Error(`Still not ended after ${mostMinutes} sweeps: ${JSON.stringify(accepted())}`);
}

/** Loads whose answer was lost: whoever runs them again is told the truth. */
async function askAgain(handlers: Handlers, world: World): Promise<boolean> {
  const unknown = world
    .allJobs()
    .filter((job) => job.state !== 'JobComplete' && world.loads.committed.has(nameOf(job)));
  for (const job of unknown) await finish(world, ask(handlers, world, 'retry', job.tenant_id, job));
  world.assertSound();
  return unknown.length > 0;
}

/** What holds once all has arrived. */
function assertAtRest(world: World): void {
  if (world.tables.cluster.size + world.tables.tenants.size > 0) throw new Error('A place is held by nobody');
  for (const job of world.allJobs()) {
    if (job.state === 'JobComplete' && !job.load) assertResult(world, job);
    if (world.deleted.has(nameOf(job))) throw new Error(`A deleted job is back: ${JSON.stringify(job)}`);
    if (job.state === 'Open' || isFinished(job.state)) continue;
    throw new Error(`Not ended: ${JSON.stringify(job)}`);
  }
  if (!world.lostCleanUps) assertCleanedUp(world);
}

/** Files of runs without a result, and everything of jobs that are gone, are gone too. */
function assertCleanedUp({ tables, results, known, warehouse, loads }: World): void {
  for (const job of known) {
    const now = tables.job(job);
    const left = [...results.keys(jobPrefix(job)), ...results.keys(uploadPrefix(job))];
    if (!now && (left.length > 0 || tables.requests.has(nameOf(job))))
      throw new Error(`Left of a job that is gone: ${left.join()} of ${nameOf(job)}`);
    if ((!now || now.state === 'JobComplete') && loads.markers.has(markerTable(markerSchema, job.job_id)))
      throw new Error(`The marker of ${nameOf(job)} stays`);
  }
  for (const { run, forgotten, load } of warehouse.facts) {
    const job = tables.job(run);
    // What a load's run wrote goes with its job.
    if (load && job) continue;
    const isResult = job?.state === 'JobComplete' && job.attempt === run.attempt;
    const left = results.keys(runPrefix(run)).filter((key) => key !== manifestKey(run));
    if (!isResult && !forgotten && left.length > 0) throw new Error(`Left of a run without a result: ${left.join()}`);
  }
}
