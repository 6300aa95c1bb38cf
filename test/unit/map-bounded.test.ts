import { mapBounded } from '../../core/map-bounded.ts';

it('never has more under way than it may, and keeps the order', async () => {
  let now = 0;
  let most = 0;
  const doubled = await mapBounded([...Array(20).keys()], 3, async (item) => {
    now += 1;
    most = Math.max(most, now);
    await Promise.resolve();
    now -= 1;
    return item * 2;
  });
  expect(most).toBe(3);
  expect(doubled).toEqual([...Array(20).keys()].map((item) => item * 2));
});

it('fails when one of them fails, and does not hang on nothing', async () => {
  await expect(mapBounded([1, 2], 2, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await mapBounded([], 5, () => Promise.resolve(1))).toEqual([]);
});
