import { TenantId } from '../../../contract/ids.ts';
import { BacklogRoom } from '../../../core/rate-limit/backlog-room.ts';

const acme = TenantId.parse('acme');

function room(most: number, processes = 1) {
  const state = { waiting: 0, counted: 0, now: 0 };
  const backlog = {
    count: (_tenant: TenantId, limit: number) => {
      state.counted += 1;
      return Promise.resolve(Math.min(limit, state.waiting));
    },
  };
  const clock = { now: () => new Date(state.now) };
  const rooms = Array.from({ length: processes }, () => new BacklogRoom(backlog, clock, { most }));
  const add = async (process = 0): Promise<boolean> => {
    const added = await rooms[process]?.add(acme).then(
      () => true,
      (error: unknown) => {
        expect(error).toMatchObject({ code: 'BACKLOG_FULL', facts: { limit: 'tenant_max_waiting_jobs' } });
        return false;
      },
    );
    if (added) state.waiting += 1;
    return added ?? false;
  };
  return { state, add };
}

it('who makes few jobs costs no call at all', async () => {
  const { state, add } = room(1000);
  for (let job = 0; job < 50; job += 1) expect(await add()).toBe(true);
  expect(state.counted).toBe(0);
});

it('one process stops at the limit exactly, after counting seldom', async () => {
  const { state, add } = room(1000);
  for (let job = 0; job < 1500; job += 1) await add();
  expect(state.waiting).toBe(1000);
  expect(state.counted).toBeLessThan(110);
});

it('a full backlog is counted again only after some seconds, and takes jobs again when some have gone', async () => {
  const { state, add } = room(10);
  for (let job = 0; job < 100; job += 1) await add();
  expect(state.waiting).toBe(10);
  const counted = state.counted;
  state.waiting = 9;
  expect(await add()).toBe(false);
  expect(state.counted).toBe(counted);
  state.now += 5000;
  expect(await add()).toBe(true);
  expect(await add()).toBe(false);
});

it('processes that know nothing of each other add a twentieth each too many, at most', async () => {
  const { state, add } = room(1000, 10);
  for (let job = 0; job < 400; job += 1) for (let process = 0; process < 10; process += 1) await add(process);
  expect(state.waiting).toBeGreaterThanOrEqual(1000);
  expect(state.waiting).toBeLessThanOrEqual(1500);
});

it('the memory of tenants has a bound', async () => {
  const clock = { now: () => new Date(0) };
  const counts: string[] = [];
  const backlog = { count: (tenant: TenantId) => Promise.resolve(counts.push(tenant) - counts.length) };
  const bounded = new BacklogRoom(backlog, clock, { most: 20, size: 1 });
  await bounded.add(acme);
  await bounded.add(TenantId.parse('globex'));
  await bounded.add(acme);
  expect(counts).toEqual([]);
  await bounded.add(acme);
  expect(counts).toEqual(['acme']);
});
