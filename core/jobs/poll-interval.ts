/** Seconds that a client should wait before it asks again: a quarter of the job's age, 1 to 30, doubling as it gets older. */
export function pollSeconds(createdAt: string, now: Date): number {
  const age = Math.max(0, now.getTime() - Date.parse(createdAt)) / 1000;
  let interval = 1;
  while (interval < 30 && interval * 4 <= age) interval *= 2;
  return Math.min(interval, 30);
}
