const windowMs = 5000;

/** What comes in a second, by the last five of them. */
export class Rate {
  readonly #now: () => number;
  #seen: { at: number; total: number }[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param total all that has come so far */
  tell(total: number): void {
    const at = this.#now();
    this.#seen.push({ at, total });
    const first = this.#seen.findIndex((each) => each.at >= at - windowMs);
    this.#seen = this.#seen.slice(Math.max(0, first - 1));
  }

  /** Undefined until it can be known. */
  perSecond(): number | undefined {
    const first = this.#seen[0];
    const last = this.#seen.at(-1);
    if (!first || !last) return undefined;
    const ms = Math.max(last.at, this.#now()) - first.at;
    return ms < 200 ? undefined : ((last.total - first.total) * 1000) / ms;
  }
}
