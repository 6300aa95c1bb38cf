import type { Clock, FetchKeySet, KeySet, Telemetry } from '../ports.ts';
import { KeySetUnavailable } from './key-set-unavailable.ts';

/** In seconds. */
export const keySetTimes = {
  /** How long a set is believed without looking: a key that the issuer withdraws is refused after that. */
  fresh: 300,
  /** How long a set is used while the issuer can't be reached. */
  stale: 3600,
  /** Time between two attempts, however many tokens name keys that nobody knows. */
  cooldown: 10,
} as const;

/** Remembers the issuer's keys, looks for new ones when a token names one, and bridges the issuer's outages for a while. */
export class CachedKeySet {
  readonly #fetch: FetchKeySet;
  readonly #clock: Clock;
  readonly #telemetry: Pick<Telemetry, 'warn' | 'error'>;
  #held: { set: KeySet; at: number } | undefined;
  #attempt: { at: number; failure: unknown } | undefined;
  #pending: Promise<void> | undefined;

  constructor(fetch: FetchKeySet, clock: Clock, telemetry: Pick<Telemetry, 'warn' | 'error'>) {
    this.#fetch = fetch;
    this.#clock = clock;
    this.#telemetry = telemetry;
  }

  /**
   * The keys that a token with this `kid` may have been signed by. They lack the kid only when the issuer has just been asked.
   * @throws KeySetUnavailable when there are none, or the kid may be one of those that could not be fetched
   */
  async keysFor(kid: string | undefined): Promise<KeySet> {
    const fresh = this.#heldFor(keySetTimes.fresh);
    if (fresh && knows(fresh, kid)) return fresh;
    if (this.#mayAsk()) await (this.#pending ??= this.#refresh().finally(() => (this.#pending = undefined)));
    const usable = this.#heldFor(keySetTimes.stale);
    const failure = this.#attempt?.failure;
    if (usable && (knows(usable, kid) || failure === undefined)) return usable;
    throw new KeySetUnavailable("The issuer's keys can't be read", { cause: failure });
  }

  #heldFor(seconds: number): KeySet | undefined {
    return this.#held && this.#now() - this.#held.at < seconds * 1000 ? this.#held.set : undefined;
  }

  #mayAsk(): boolean {
    return this.#attempt === undefined || this.#now() - this.#attempt.at >= keySetTimes.cooldown * 1000;
  }

  async #refresh(): Promise<void> {
    const at = this.#now();
    try {
      this.#held = { set: await this.#fetch(), at };
      this.#attempt = { at: this.#now(), failure: undefined };
    } catch (failure) {
      this.#attempt = { at: this.#now(), failure };
      const age = this.#held && Math.round((at - this.#held.at) / 1000);
      if (this.#heldFor(keySetTimes.stale))
        this.#telemetry.warn("The issuer's keys can't be read: old ones are used", { age_seconds: age, failure });
      else this.#telemetry.error("The issuer's keys can't be read, and there are no older ones", {}, failure);
    }
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}

const knows = ({ keys }: KeySet, kid: string | undefined): boolean =>
  kid === undefined || keys.some((key) => key.kid === kid);
