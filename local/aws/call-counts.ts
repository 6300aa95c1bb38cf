/** Calls of one kind. */
export interface CallCount {
  /** A function's label; `local` for whoever uses the user's key, `presigned` for presigned URLs, `anonymous` without a key. */
  caller: string;
  service: string;
  operation: string;
  calls: number;
  /** Answers with a status of 400 and above. */
  errors: number;
  /** DynamoDB's read and write units, as the engine reports them; refused conditional writes report none. */
  readUnits: number;
  writeUnits: number;
}

/** One call, when its answer is known. */
export interface Call {
  caller: string;
  service: string;
  operation: string;
  status: number;
  readUnits?: number;
  writeUnits?: number;
}

/** Counts what passes the endpoint. */
export interface CallCounts {
  record: (call: Call) => void;
  /** Sorted by caller, service and operation. */
  snapshot: () => CallCount[];
  reset: () => void;
}

/** Counts from zero. */
export function createCallCounts(): CallCounts {
  const counts = new Map<string, CallCount>();
  return {
    record: ({ caller, service, operation, status, readUnits = 0, writeUnits = 0 }) => {
      const key = [caller, service, operation].join(' ');
      const count = counts.get(key) ?? { caller, service, operation, calls: 0, errors: 0, readUnits: 0, writeUnits: 0 };
      counts.set(key, count);
      count.calls += 1;
      if (status >= 400) count.errors += 1;
      count.readUnits += readUnits;
      count.writeUnits += writeUnits;
    },
    snapshot: () => {
      const sorted = [...counts].sort(([left], [right]) => left.localeCompare(right));
      return sorted.map(([, count]) => ({ ...count }));
    },
    reset: () => counts.clear(),
  };
}
