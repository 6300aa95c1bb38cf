import { take } from '../../../../console/job/take.ts';

it('asks for no more than it takes, and lets go of the rest', async () => {
  let given = 0;
  let closed = false;
  const items = (async function* () {
    try {
      for (;;) yield await Promise.resolve((given += 1));
    } finally {
      closed = true;
    }
  })();
  expect(await take(items, 3)).toEqual([1, 2, 3]);
  expect({ given, closed }).toEqual({ given: 3, closed: true });
});
