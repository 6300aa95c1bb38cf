import type { TenantId } from '../../contract/ids.ts';
import { fixedLimits } from '../../contract/limits.ts';
import type { IdempotencyRecord } from '../../contract/records.ts';
import type { Hasher } from '../ports.ts';
import { ProblemError } from '../problem-error.ts';
import { canonical } from './canonical.ts';

/** A request that claims an Idempotency-Key. Keys are a tenant's own, and only their hash is kept. */
export interface Claim {
  tenant_id: TenantId;
  key_hash: string;
  request_hash: string;
}

export interface KeyedRequest {
  tenant_id: TenantId;
  key: string;
  /** Method and path, such as `POST /bulk/jobs`. */
  asked: string;
  /** As validated: what was left out and what was sent as its default are the same. */
  body: unknown;
}

export const claimOf = (hasher: Hasher, request: KeyedRequest): Claim => ({
  tenant_id: request.tenant_id,
  key_hash: hasher.hash(request.key),
  request_hash: hasher.hash(request.asked, canonical(request.body)),
});

/** Seconds since 1970 from when the key counts as new. */
export const rememberedUntil = (now: Date): number =>
  Math.ceil(now.getTime() / 1000) + fixedLimits.idempotency_hours.value * 3600;

/** @throws ProblemError when the key was used for another request */
export function assertSameRequest(earlier: IdempotencyRecord, claim: Claim): void {
  if (earlier.request_hash === claim.request_hash) return;
  throw new ProblemError('IDEMPOTENCY_KEY_REUSED', 'The key was used for another method, path or body.');
}

/** @throws ProblemError: the first request has not ended; `seconds` is when to ask again */
export function stillRunning(seconds: number): ProblemError {
  const detail = 'The first request with this key is still being worked on.';
  return new ProblemError('IDEMPOTENCY_IN_PROGRESS', detail, { retry_after: seconds });
}
