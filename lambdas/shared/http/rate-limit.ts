import * as z from 'zod';
import { ProblemError } from '../../../core/problem-error.ts';

const whole = z.int().min(0);
const RateState = z.object({ quota: whole, window: whole, remaining: whole, reset: whole, retry_after: whole });
export type RateState = z.infer<typeof RateState>;
const Passed = z.object({ rate: z.string() });

/** How the authorizer passes a tenant's rate on: as text, as API Gateway requires. */
export const passRate = (state: RateState): { rate: string } => ({ rate: JSON.stringify(state) });

/** What the authorizer passed on; undefined where it is not asked, or did not. */
export function readRate(context: unknown): RateState | undefined {
  const passed = Passed.safeParse(context);
  return passed.success ? RateState.parse(JSON.parse(passed.data.rate)) : undefined;
}

/** draft-ietf-httpapi-ratelimit-headers: q and r are requests, w and t seconds. */
export const rateHeaders = (state: RateState | undefined): Record<string, string> =>
  state
    ? {
        'ratelimit-policy': `"tenant";q=${state.quota};w=${state.window}`,
        ratelimit: `"tenant";r=${state.remaining};t=${state.reset}`,
      }
    : {};

/** @throws ProblemError RATE_LIMITED */
export function assertWithinRate(state: RateState | undefined): void {
  if (!state || state.retry_after === 0) return;
  throw new ProblemError('RATE_LIMITED', 'The tenant sends more requests than it may.', {
    limit: 'tenant_requests_per_second',
    retry_after: state.retry_after,
  });
}
