export interface PartPlan {
  parts: number;
  /** Of all but the last. */
  partBytes: number;
}

const mb = 1024 * 1024;
/** Larger files go in parts; two halves of less would be smaller than a part may be. */
const wholeBytes = 10 * mb;
const leastPart = 8 * mb;
/** Of the API: parts of one file. */
const mostParts = 10_000;

/** In how many parts a file of this size goes. The same size is always cut the same way, so that an upload can be resumed. */
export function partsOf(bytes: number): PartPlan {
  if (bytes <= wholeBytes) return { parts: 1, partBytes: bytes };
  const wanted = Math.max(leastPart, Math.ceil(bytes / mostParts));
  const parts = Math.ceil(bytes / wanted);
  return { parts, partBytes: Math.ceil(bytes / parts) };
}
