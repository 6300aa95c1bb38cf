import fc from 'fast-check';
import { nameOf } from '../../../adapters/memory/tables.ts';
import { isFinished } from '../../../core/jobs/job.ts';
import { ask, create, type Verb, verbs } from './clients.ts';
import { deliverBatch, deliverEvent, loseRecord, redeliverRecord, runSweep } from './deliveries.ts';
import type { Handlers } from './handlers.ts';
import { drain, fates, finish, type Invocation, step } from './invocation.ts';
import { settle } from './settle.ts';
import { tenants, type World } from './world.ts';

/** One of a list, by a number; undefined of an empty one. */
const picked = <Item>(items: readonly Item[], pick: number): Item | undefined =>
  items.length === 0 ? undefined : items[pick % items.length];

type Run<Arguments> = (world: World, given: Arguments, handlers: Handlers) => Promise<void> | void;

interface Kind {
  weight: number;
  given: fc.Arbitrary<unknown>;
  run: Run<unknown>;
}

/** What is given comes from the arbitrary beside it. */
const action = <Arguments>(weight: number, given: fc.Arbitrary<Arguments>, run: Run<Arguments>): Kind => ({
  weight,
  given,
  run: (world, some, handlers) => run(world, some as Arguments, handlers),
});

const record = <Model extends Record<string, unknown>>(model: { [Name in keyof Model]: fc.Arbitrary<Model[Name]> }) =>
  fc.record<Model>(model, { noNullPrototype: true });

/** Those that change a job more often than those that read. */
const anyVerb: fc.Arbitrary<Verb> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<Verb[]>('start', 'retry', 'retry', 'abort', 'delete') },
  { weight: 1, arbitrary: fc.constantFrom(...verbs) },
);

/** Whether a Lambda runs to its end at once, or is left standing at its first call of a port. */
const atOnce = fc.oneof({ weight: 2, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) });
/** Often of the first few, so that much happens to one job. */
const pick = fc.oneof({ weight: 2, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.nat(99) });
const often = fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) });
const nothing = fc.constant({});

async function begin(world: World, invocation: Invocation | undefined, now: boolean): Promise<void> {
  if (invocation && now) await finish(world, invocation);
}

/** Everything that can happen, by name. Another feature adds its own here. */
export const actions = {
  create: action(
    6,
    record({
      tenant: fc.nat(1),
      start: fc.boolean(),
      key: fc.option(fc.nat(1), { freq: 2 }),
      query: fc.nat(1),
      now: atOnce,
    }),
    (world, { tenant, start, key, query, now }, handlers) => {
      const tenant_id = picked(tenants, tenant) ?? tenants[0];
      if (!tenant_id || world.known.length >= 8) return Promise.resolve();
      const body = { query: `SELECT ${query} AS a`, start };
      const command = { tenant_id, key: key === null ? undefined : `key-${key}`, body };
      return begin(world, create(handlers, world, command), now);
    },
  ),
  'create a load': action(
    6,
    record({
      tenant: fc.nat(1),
      key: fc.option(fc.nat(1), { freq: 2 }),
      uploads: fc.nat(2),
      close: often,
      now: atOnce,
    }),
    async (world, { tenant, key, uploads, close, now }, handlers) => {
      const tenant_id = picked(tenants, tenant) ?? tenants[0];
      if (!tenant_id || world.known.length >= 8) return;
      const before = world.known.length;
      const body = { operation: 'insert', object: `"${tenant_id}".things` };
      const command = { tenant_id, key: key === null ? undefined : `key-${key}`, body };
      await begin(world, create(handlers, world, command), now);
      const [made] = world.known.slice(before);
      if (!made) return;
      for (let file = 1; file <= uploads; file += 1) await world.loads.upload(made, file, file);
      if (close) await begin(world, ask(handlers, world, 'start', tenant_id, made), now);
    },
  ),
  'upload a file': action(
    3,
    record({ pick, file: fc.integer({ min: 1, max: 3 }), rows: fc.integer({ min: 1, max: 3 }) }),
    async (world, given) => {
      const loads = world.allJobs().filter(({ load }) => load);
      const job = picked(loads, given.pick);
      if (job) await world.loads.upload(job, given.file, given.rows);
    },
  ),
  ask: action(
    9,
    record({ verb: anyVerb, job: pick, stranger: fc.nat(9), now: atOnce }),
    (world, { verb, job, stranger, now }, handlers) => {
      const known = picked(world.known, job);
      if (!known) return Promise.resolve();
      const other = tenants.find((tenant) => tenant !== known.tenant_id);
      const caller = stranger === 0 && other ? other : known.tenant_id;
      return begin(world, ask(handlers, world, verb, caller, known), now);
    },
  ),
  'let one call happen': action(14, record({ pick }), async (world, given) => {
    const pending = picked(world.pending, given.pick);
    if (pending) await step(world, pending, 'happens');
  }),
  'let one call go wrong': action(2, record({ pick, fate: fc.constantFrom(...fates) }), async (world, given) => {
    const pending = picked(world.pending, given.pick);
    if (pending?.invocation.name === 'clean-up' && given.fate.startsWith('kills')) return;
    if (pending) await step(world, pending, given.fate);
  }),
  'let all calls happen': action(3, nothing, drain),
  'let everything arrive': action(4, nothing, async (world, _given, handlers) => {
    await settle(handlers, world, { statements: false, rounds: 4 });
  }),
  'deliver records': action(
    10,
    record({ pick, most: fc.integer({ min: 1, max: 5 }), now: atOnce }),
    (world, given, handlers) => {
      const queue = picked(world.streams.ready(), given.pick);
      return begin(world, queue && deliverBatch(handlers, world, queue, given.most), given.now);
    },
  ),
  'deliver a record again': action(2, record({ pick, now: atOnce }), (world, given, handlers) => {
    const recent = world.streams.delivered.filter(({ at }) => world.now - at < 3_600_000);
    const again = picked(recent, given.pick);
    return begin(world, again && redeliverRecord(handlers, world, again.reader, again.record), given.now);
  }),
  'lose a record': action(1, record({ pick }), (world, given) => {
    const queue = picked(world.streams.ready(), given.pick);
    if (queue) loseRecord(world, queue);
  }),
  'deliver an event': action(5, record({ pick, now: atOnce }), (world, given, handlers) => {
    const event = picked(world.events, given.pick);
    return begin(world, event && deliverEvent(handlers, world, event), given.now);
  }),
  'deliver an event again': action(4, record({ pick, now: atOnce }), (world, given, handlers) => {
    const event = picked(world.arrived, given.pick);
    return begin(world, event && deliverEvent(handlers, world, { ...event }), given.now);
  }),
  'lose an event': action(1, record({ pick }), (world, given) => {
    const lost = picked(world.events, given.pick);
    world.events = world.events.filter((event) => event !== lost);
  }),
  'end a statement': action(
    7,
    record({ pick, state: fc.constantFrom('FINISHED', 'FAILED', 'ABORTED'), rows: fc.nat(3), passing: fc.boolean() }),
    (world, { pick: which, state, rows, passing }) => {
      const fact = picked(world.warehouse.active(), which);
      if (fact) world.warehouse.complete(fact, state, rows, passing);
    },
  ),
  'commit, but lose the answer': action(3, record({ pick, rows: fc.nat(3) }), (world, given) => {
    const loads = world.warehouse.active().filter(({ load }) => load);
    const fact = picked(loads, given.pick);
    if (fact) world.warehouse.loseAnswer(fact, given.rows);
  }),
  'forget a statement': action(1, record({ pick }), (world, given) => {
    const old = world.warehouse.facts.filter((fact) => world.warehouse.mayForget(fact));
    const fact = picked(old, given.pick);
    if (fact) world.warehouse.lose(fact);
  }),
  // Of two submissions at the same moment, one could find the table and the other not: see docs/adr/0052.
  'tables are dropped, or there again': action(2, record({ there: fc.boolean() }), (world, { there }) => {
    if (![...world.running].some(({ name }) => name === 'start-jobs')) world.loads.setTables(there);
  }),
  'fill the warehouse': action(1, record({ refusals: fc.integer({ min: 1, max: 4 }) }), (world, { refusals }) => {
    world.warehouse.answerNext(
      ...Array<{ outcome: 'later'; cause: string }>(refusals).fill({ outcome: 'later', cause: 'full' }),
    );
  }),
  sweep: action(3, record({ now: atOnce }), (world, given, handlers) =>
    begin(world, runSweep(handlers, world), given.now),
  ),
  'time passes': action(4, record({ seconds: fc.constantFrom(1, 10, 30, 61, 61, 600) }), (world, { seconds }) =>
    world.pass(seconds),
  ),
  'hours pass': action(1, record({ hours: fc.constantFrom(2, 8, 25) }), async (world, { hours }, handlers) => {
    // The sweep runs each minute, and deliveries do not stop meanwhile: only statements go on.
    for (let half = 0; half < hours * 2; half += 1) {
      world.pass(1800);
      await finish(world, runSweep(handlers, world));
      await settle(handlers, world, { statements: false, rounds: 3 });
    }
  }),
  'indexes lag': action(1, nothing, (world) => world.lag()),
  'indexes catch up': action(2, nothing, (world) => {
    world.lagging = undefined;
  }),
  'a job expires': action(1, record({ pick }), (world, given) => {
    const kept = world.allJobs().filter(({ state }) => isFinished(state) || state === 'Open');
    const job = picked(kept, given.pick);
    if (!job) return;
    world.tables.jobs.delete(nameOf(job));
    world.deleted.add(nameOf(job));
    world.streams.observe(false);
  }),
} satisfies Record<string, Kind>;

export type Script = [name: keyof typeof actions, given: unknown][];

const anyAction = fc.oneof(
  ...(Object.entries(actions) as [keyof typeof actions, Kind][]).map(([name, { weight, given }]) => ({
    weight,
    arbitrary: fc.tuple(fc.constant(name), given),
  })),
);

/** What happens, in order: numbers pick among what is there at the time, so that any part of a script is one too. */
export const scripts: fc.Arbitrary<Script> = fc.array(anyAction, { minLength: 1, maxLength: 120, size: 'max' });

/** @throws Error, the first violation of what must always hold */
export async function perform(handlers: Handlers, world: World, script: Script): Promise<void> {
  for (const [name, given] of script) {
    await actions[name].run(world, given, handlers);
    world.assertSound();
  }
}
