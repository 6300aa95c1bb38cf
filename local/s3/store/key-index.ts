/** Keys in the order S3 lists them: by their UTF-8 bytes. */
export class KeyIndex {
  private readonly keys: string[];

  constructor(keys: Iterable<string>) {
    this.keys = [...keys].sort(compareUtf8);
  }

  get size(): number {
    return this.keys.length;
  }

  add(key: string): void {
    const at = this.lowerBound(key);
    if (this.keys[at] !== key) this.keys.splice(at, 0, key);
  }

  delete(key: string): void {
    const at = this.lowerBound(key);
    if (this.keys[at] === key) this.keys.splice(at, 1);
  }

  at(position: number): string | undefined {
    return this.keys[position];
  }

  /** Position of the first key that is not before `key`. */
  lowerBound(key: string): number {
    return this.firstWhere((candidate) => compareUtf8(candidate, key) >= 0, 0);
  }

  /** Position after the last key that starts with `prefix`, given that the key at `from` does. */
  endOfPrefix(prefix: string, from: number): number {
    return this.firstWhere((candidate) => !candidate.startsWith(prefix), from);
  }

  private firstWhere(holds: (key: string) => boolean, from: number): number {
    let [low, high] = [from, this.keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(this.keys[middle] ?? '')) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Compares by UTF-8 bytes. JavaScript compares UTF-16 units, which differs for surrogate pairs only. */
export function compareUtf8(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const [unitA, unitB] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (unitA === unitB) continue;
    const [pairA, pairB] = [isSurrogate(unitA), isSurrogate(unitB)];
    if (pairA !== pairB) return pairA ? 1 : -1;
    return unitA - unitB;
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
