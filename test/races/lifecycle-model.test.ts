import fc from 'fast-check';
import { perform, type Script, scripts } from './model/actions.ts';
import { type Handlers, loadHandlers } from './model/handlers.ts';
import { comeToRest } from './model/settle.ts';
import { World } from './model/world.ts';

/** The same lives each time, unless the environment says otherwise (CONTRIBUTING.md). */
const seed = Number(process.env.MODEL_SEED ?? 20_261_122);
const numRuns = Number(process.env.MODEL_RUNS ?? 500);
const path = process.env.MODEL_PATH;

/** On a slow machine there are fewer. */
const timeLimit = Math.max(30_000, numRuns * 100);

let handlers: Handlers;
beforeAll(async () => {
  handlers = await loadHandlers();
});

async function live(script: Script): Promise<void> {
  const world = new World();
  await perform(handlers, world, script);
  await comeToRest(handlers, world);
}

it(
  'whatever comes in between, twice, late or never: each accepted job ends once, as it really went, and holds no place',
  async () => {
    let lives = 0;
    const property = fc.asyncProperty(scripts, async (script) => {
      await live(script);
      lives += 1;
    });
    const replay = path === undefined ? {} : { path };
    await fc.assert(property, { seed, numRuns, ...replay, interruptAfterTimeLimit: timeLimit });
    expect(lives).toBeGreaterThan(path === undefined ? 50 : 0);
  },
  timeLimit + 60_000,
);

const create = { tenant: 0, start: true, key: null, query: 0, now: true };
const deliver = { pick: 0, most: 1, now: true };
const ask = (verb: string, now = true) => ({ verb, job: 0, stranger: 1, now });

/** Scripts that once led to a defect, as small as they were found. */
it.each<[string, Script]>([
  [
    'a load that was submitted by a Lambda that died, and whose table was dropped since, is not Failed when it was committed',
    [
      ['create a load', { tenant: 0, key: null, uploads: 1, close: true, now: true }],
      ['deliver records', { pick: 0, most: 5, now: false }],
      // Admission, table and file: the fourth is the submission.
      ...Array<Script[number]>(3).fill(['let one call happen', { pick: 0 }]),
      ['let one call go wrong', { pick: 0, fate: 'kills after it happened' }],
      ['tables are dropped, or there again', { there: false }],
      ['end a statement', { pick: 0, state: 'FINISHED', rows: 2, passing: false }],
      ['lose an event', { pick: 0 }],
      ['let everything arrive', {}],
    ],
  ],
  [
    'a run that is cancelled before the warehouse has taken it keeps no place for hours',
    [
      ['fill the warehouse', { refusals: 1 }],
      ['create', create],
      ['deliver records', deliver],
      ['ask', ask('abort')],
    ],
  ],
  [
    'an event that comes again after the job was deleted leaves nothing',
    [
      ['create', create],
      ['deliver records', deliver],
      ['end a statement', { pick: 0, state: 'FINISHED', rows: 0 }],
      ['deliver an event', { pick: 0, now: true }],
      ['ask', ask('deleteByPost')],
      ['deliver an event again', { pick: 0, now: false }],
      ['time passes', { seconds: 600 }],
    ],
  ],
  [
    'the second of two cancellations is not told that the job is open',
    [
      ['create', { ...create, start: false }],
      ['ask', ask('abort', false)],
      ['ask', ask('abortByPost', false)],
    ],
  ],
])('%s', (_hazard, script) => live(script));
