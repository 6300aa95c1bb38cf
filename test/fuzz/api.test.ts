import { describeFailure, fuzz } from './support/fuzz.ts';
import { openStage, type Stage } from './support/stage.ts';

/** The same requests each time, unless the environment says otherwise (CONTRIBUTING.md). */
const seed = Number(process.env.FUZZ_SEED ?? 20_261_122);
const requests = Number(process.env.FUZZ_REQUESTS ?? 3000);
const path = process.env.FUZZ_PATH;

const connections = 8;
/** On a slow machine fewer are sent. */
const timeLimit = Math.max(45_000, requests * 15);

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ connections });
}, 180_000);
afterAll(() => stage.stop());

it(
  'no request whatsoever gets a fault, an undocumented answer or another tenant out of the API',
  async () => {
    const { failure, sent } = await fuzz(stage, { requests, seed, path, connections, timeLimit });
    if (failure) throw new Error(describeFailure(failure));
    expect(sent).toBeGreaterThan(path === undefined ? 300 : 0);
  },
  timeLimit + 60_000,
);

it('and the service still does its work', () => stage.assertSound());
