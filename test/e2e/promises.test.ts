import { acceptance, states } from './support/promises/acceptance.ts';
import { callers } from './support/promises/callers.ts';
import { cancellation } from './support/promises/cancellation.ts';
import { completion, partialSuccess } from './support/promises/completion.ts';
import { history } from './support/promises/history.ts';
import { idempotency } from './support/promises/idempotency.ts';
import { limits } from './support/promises/limits.ts';
import { expiry, polling } from './support/promises/polling.ts';
import { progress } from './support/promises/progress.ts';
import { queries } from './support/promises/queries.ts';
import { points, type Row } from './support/promises/row.ts';
import { runs } from './support/promises/runs.ts';
import { Stage } from './support/promises/stage.ts';
import { World } from './support/promises/world.ts';

/** Every promise to clients, by what it is about; each group is played by a tenant of its own. */
const groups: readonly (readonly [tenant: string, rows: readonly Row[]])[] = [
  ['acceptance', acceptance],
  ['states', states],
  ['polling', polling],
  ['completion', completion],
  ['progress', progress],
  ['cancellation', cancellation],
  ['runs', runs],
  ['idempotency', idempotency],
  ['history', history],
  ['warnings', partialSuccess],
  ['limits', limits],
  ['expiry', expiry],
  ['callers', callers],
  ['queries', queries],
];

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

it('every point of the contract has a row, and no promise is made twice', () => {
  const rows = groups.flatMap(([, each]) => each);
  expect([...new Set(rows.map(({ point }) => String(point)))].sort()).toEqual(Object.keys(points).sort());
  expect(new Set(rows.map(({ promise }) => promise)).size).toBe(rows.length);
});

describe.each(groups)('%s:', (tenant, rows) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.enter(world, tenant);
  });

  it.each(rows.map((row) => [row.promise, row] as const))('%s', async (_promise, { show }) => {
    expect.hasAssertions();
    await show(stage);
  });
});
