import { turns } from '../../../../client/upload/turns.ts';

it('no more run at once than there may, each gets its turn, and one that fails gives its own on', async () => {
  const turn = turns(2);
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const late: Promise<void>[] = [];
  const work = (n: number): Promise<void> =>
    turn(async () => {
      order.push(n);
      if (n === 3) late.push(work(7), work(8));
      most = Math.max(most, ++running);
      await Promise.resolve();
      running -= 1;
      if (n % 2 === 0) throw new Error(String(n));
    });
  const ended = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(work));
  await Promise.allSettled(late);
  late.push(work(9), work(10), work(11));
  await Promise.allSettled(late);
  expect(order).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(most).toBe(2);
  expect(ended.map(({ status }) => status)).toEqual([1, 2, 3].flatMap(() => ['fulfilled', 'rejected']));
});

it('there is always one', async () => {
  await expect(turns(0)(() => Promise.resolve('done'))).resolves.toBe('done');
});
