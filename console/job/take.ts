/** The first of them; the rest is not asked for. */
export async function take<Item>(items: AsyncIterable<Item>, most: number): Promise<Item[]> {
  const taken: Item[] = [];
  if (most < 1) return taken;
  for await (const item of items) if (taken.push(item) >= most) break;
  return taken;
}
