/** Lets so many pieces of work run at once; the others wait for their turn, the first to come first. */
export function turns(size: number): <Value>(work: () => Promise<Value>) => Promise<Value> {
  let free = Math.max(1, size);
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
