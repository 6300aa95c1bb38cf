import { until } from './client.ts';

/** Floods what needs no credential: more at once than may come in the time that it takes are refused by the gateway. */
export async function stageIsThrottled(apiUrl: string, rate: number, burst: number): Promise<void> {
  const started = performance.now();
  const replies = await Promise.all(Array.from({ length: burst * 4 }, () => fetch(`${apiUrl}/bulk/jobs`)));
  const seconds = (performance.now() - started) / 1000;
  const refused = replies.filter(({ status }) => status === 429);
  await Promise.all(replies.map((reply) => reply.text()));
  expect(replies.length - refused.length).toBeLessThanOrEqual(burst + rate * seconds + 1);
  expect(refused.length).toBeGreaterThan(0);
  expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  await until('the stage to let requests through again', async () =>
    (await fetch(`${apiUrl}/health`)).status === 200 ? true : undefined,
  );
}
