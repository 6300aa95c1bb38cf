import type { Clock } from '../ports.ts';

/** How one tenant stands with its rate. Seconds are whole, and never too short to be of use. */
export interface RateState {
  /** Requests that may come at once. */
  quota: number;
  /** Seconds after which all of them may come again. */
  window: number;
  remaining: number;
  /** Seconds until the bucket is full again. */
  reset: number;
  /** 0 when the request may pass, else the seconds until the next one may. */
  retry_after: number;
}

export interface TokenBucketOptions {
  /** Tokens that come back a second. */
  perSecond: number;
  burst: number;
  /** Tenants remembered; who has not called for longest goes first. Default 10,000. */
  size?: number;
}

/** A bucket of tokens for each tenant, in the memory of this process: a request takes one, time brings them back. */
export class TokenBuckets<Tenant> {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #size: number;
  readonly #buckets = new Map<Tenant, { tokens: number; at: number }>();

  constructor(clock: Clock, options: TokenBucketOptions) {
    this.#clock = clock;
    this.#perSecond = options.perSecond;
    this.#burst = options.burst;
    this.#size = options.size ?? 10_000;
  }

  take(tenant: Tenant): RateState {
    const now = this.#clock.now().getTime();
    const bucket = this.#buckets.get(tenant) ?? { tokens: this.#burst, at: now };
    const back = (Math.max(0, now - bucket.at) / 1000) * this.#perSecond;
    const tokens = Math.min(this.#burst, bucket.tokens + back);
    const passes = tokens >= 1;
    const left = passes ? tokens - 1 : tokens;
    this.#remember(tenant, { tokens: left, at: Math.max(now, bucket.at) });
    return {
      quota: this.#burst,
      window: Math.ceil(this.#burst / this.#perSecond),
      remaining: Math.floor(left),
      reset: Math.ceil((this.#burst - left) / this.#perSecond),
      retry_after: passes ? 0 : Math.max(1, Math.ceil((1 - left) / this.#perSecond)),
    };
  }

  /** Behind all others, so that the first is the one that has been quiet for longest. */
  #remember(tenant: Tenant, bucket: { tokens: number; at: number }): void {
    this.#buckets.delete(tenant);
    const quietest = this.#buckets.keys().next();
    if (this.#buckets.size >= this.#size && !quietest.done) this.#buckets.delete(quietest.value);
    this.#buckets.set(tenant, bucket);
  }
}
