/**
 * Does pieces of work, so many at once, each taken when there is room for it.
 * @param failed called with the first error, so that what runs can be stopped
 * @throws the first error, once nothing runs any more
 */
export async function pool(
  size: number,
  work: AsyncGenerator<() => Promise<void>, void, undefined>,
  failed: (error: unknown) => void,
): Promise<void> {
  let failure: { error: unknown } | undefined;
  const fail = (error: unknown): void => {
    if (failure) return;
    failure = { error };
    failed(error);
  };
  const worker = async (): Promise<void> => {
    try {
      for (;;) {
        if (failure) return;
        const next = await work.next();
        if (next.done === true) return;
        await next.value();
      }
    } catch (error) {
      fail(error);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, size) }, worker));
  await work.return().catch(fail);
  if (failure) throw failure.error;
}
