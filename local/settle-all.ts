/** Waits for all even if one fails, so that none starts after the others were ended. */
export async function settleAll<Values extends readonly unknown[]>(work: {
  [Index in keyof Values]: Promise<Values[Index]>;
}): Promise<Values> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return await Promise.all(work);
}
