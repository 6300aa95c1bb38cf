import * as z from 'zod';
import { JobId } from './ids.ts';
import { fixedLimits } from './limits.ts';
import type { ProblemCode } from './problems.ts';
import type { Permission } from './service.ts';

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base path; {name} stands for one segment. */
  path: string;
  summary: string;
  /** What the credential must allow; null needs no credential. */
  permission: Permission | null;
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodType;
  /** Instead of a body that is JSON for us: one that is taken byte by byte, of one of these media types. */
  raw?: readonly string[];
  /** Schema of each successful answer; null has no body. */
  responses: Partial<Record<200 | 201 | 202 | 204 | 303 | 304 | 307, { description: string; body: z.ZodType | null }>>;
  problems: ProblemCode[];
}

const key = z.string().min(1).max(fixedLimits.idempotency_key_characters.value).optional();

/** Every POST takes them; lambdas/shared/http/idempotency-key.ts makes one of the two. */
export const IdempotencyHeaders = z.object({
  'idempotency-key': key.describe('A repeat with the same key is answered as the first request was, for 24 hours'),
  'x-idempotency-key': key.describe('The same, for clients that can only send X- headers'),
});
export const keyed: ProblemCode[] = ['IDEMPOTENCY_IN_PROGRESS', 'IDEMPOTENCY_KEY_REUSED'];

export const JobParams = z.object({ job_id: JobId });
/** A request that is too large, or no HTTP, is refused before anybody looks at its path. */
export const anywhere: ProblemCode[] = ['INVALID_REQUEST', 'INTERNAL_ERROR'];
export const authenticated: ProblemCode[] = [
  ...anywhere,
  'UNAUTHORIZED',
  'FORBIDDEN',
  'TENANT_MISMATCH',
  'RATE_LIMITED',
  'SERVICE_UNAVAILABLE',
];
export const onJob: ProblemCode[] = [...authenticated, 'JOB_NOT_FOUND', 'JOB_EXPIRED'];
export const withBody: ProblemCode[] = ['INVALID_JSON', 'PAYLOAD_TOO_LARGE'];
