/** Cursors of the pages that were turned, in their order; the first page has none. A new list begins a new trail. */
export interface Trail {
  /** Which list it belongs to. */
  list: string;
  cursors: readonly (string | undefined)[];
}

/** The trail once this page is seen: known pages are kept, one that follows the last is added, any other begins anew. */
export function along(trail: Trail | undefined, list: string, cursor: string | undefined, next: string | null): Trail {
  const same = trail?.list === list && trail.cursors.includes(cursor) ? trail.cursors : [cursor];
  const upTo = same.slice(0, same.indexOf(cursor) + 1);
  const after = same[upTo.length];
  if (next === null) return { list, cursors: upTo };
  return { list, cursors: after === next ? same : [...upTo, next] };
}

/** The page before, if the reader came by it. `first` where it has no cursor. */
export function before({ cursors }: Trail, cursor: string | undefined): { cursor: string | undefined } | undefined {
  const at = cursors.indexOf(cursor);
  return at > 0 ? { cursor: cursors[at - 1] } : undefined;
}

/** Which page it is, from 1, where that is known: it is by coming from the first. */
export function numberOf({ cursors }: Trail, cursor: string | undefined): number | undefined {
  return cursors[0] === undefined ? cursors.indexOf(cursor) + 1 || undefined : undefined;
}
