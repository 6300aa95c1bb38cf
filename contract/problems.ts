import * as z from 'zod';
import { JobError } from './jobs.ts';

interface ProblemKind {
  status: number;
  title: string;
  /** Whether the same request can succeed later without being changed. */
  retryable: boolean;
  /** What the caller can do about it; a problem may carry a more precise one. */
  hint: string;
}

const kinds = {
  INVALID_REQUEST: {
    status: 400,
    title: 'The request does not fit its schema',
    retryable: false,
    hint: 'Correct the fields named in `errors` and send the request again.',
  },
  INVALID_JSON: {
    status: 400,
    title: 'The body is not JSON',
    retryable: false,
    hint: 'Send one JSON object, with Content-Type: application/json.',
  },
  INVALID_CURSOR: {
    status: 400,
    title: 'The cursor is not one of ours',
    retryable: false,
    hint: 'Pass `next_cursor` of the previous page unchanged, with the same filters, or leave it out to start anew.',
  },
  QUERY_REFUSED: {
    status: 400,
    title: 'The query is not one that may be exported',
    retryable: false,
    hint: 'Send one read-only SELECT on your own tables.',
  },
  UNAUTHORIZED: {
    status: 401,
    title: 'No valid credential',
    retryable: false,
    hint: 'Send `Authorization: Bearer <api key or token>` or `X-API-Key: <api key>`; it may have expired or been revoked.',
  },
  FORBIDDEN: {
    status: 403,
    title: 'The credential does not allow this',
    retryable: false,
    hint: 'Use a key that has the permission named in `detail`.',
  },
  TENANT_MISMATCH: {
    status: 403,
    title: 'X-Tenant-ID is not the tenant of the credential',
    retryable: false,
    hint: 'Leave X-Tenant-ID out: the tenant follows from the credential.',
  },
  OBJECT_NOT_ALLOWED: {
    status: 403,
    title: 'The tenant may not load into this schema',
    retryable: false,
    hint: 'Name a table in one of the schemas given in `errors`, or ask your operator for another.',
  },
  JOB_NOT_FOUND: {
    status: 404,
    title: 'No such job',
    retryable: false,
    hint: 'Check the job_id; jobs are deleted some days after they end (see /limits).',
  },
  FILE_NOT_FOUND: {
    status: 404,
    title: 'The job has no such file',
    retryable: false,
    hint: 'Files count from 1; take the links from the results of the job.',
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    title: 'No such path',
    retryable: false,
    hint: 'See /openapi.json for the paths of this API.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'The path does not know this method',
    retryable: false,
    hint: 'Use one of the methods in the Allow header.',
  },
  STATE_CONFLICT: {
    status: 409,
    title: "The job's state does not allow this",
    retryable: false,
    hint: 'Read the job and act on its current state.',
  },
  WRONG_OPERATION: {
    status: 409,
    title: "The job's operation does not allow this",
    retryable: false,
    hint: 'Only a load (insert, update, upsert, delete) takes files; only a query has results of its own.',
  },
  UPLOAD_MISSING: {
    status: 409,
    title: 'Nothing has been uploaded',
    retryable: false,
    hint: 'Ask upload-url where to send the file, send it, and then send the request again.',
  },
  UPLOAD_INCOMPLETE: {
    status: 409,
    title: 'An upload in parts is not complete',
    retryable: false,
    hint: 'Ask upload-url with the same bytes and parts, send the parts that are missing, and complete it; or delete it.',
  },
  UPLOAD_EXISTS: {
    status: 409,
    title: 'The file is there already',
    retryable: false,
    hint: 'Files are written once: delete it before you send another, or send the other as another file.',
  },
  RESULTS_NOT_READY: {
    status: 409,
    title: 'The job has no results yet',
    retryable: true,
    hint: 'Wait until the state of the job is JobComplete; a Failed or Aborted job has no results.',
  },
  JOB_EXPIRED: {
    status: 410,
    title: 'The job has expired',
    retryable: false,
    hint: 'Create the job again; jobs are kept for the days given in /limits.',
  },
  RESULTS_EXPIRED: {
    status: 410,
    title: 'The results of the job have expired',
    retryable: false,
    hint: 'Create the job again; results are kept for the days given in /limits.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    title: 'The request is too large',
    retryable: false,
    hint: 'Keep the body within the size given in /limits.',
  },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still being worked on',
    retryable: true,
    hint: 'Send the same request again after the seconds in Retry-After: it is then answered as the first one was.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    retryable: false,
    hint: 'Use a new key for a new request; the same key goes with the very same method, path and body.',
  },
  QUERY_FAILED: {
    status: 422,
    title: 'The warehouse could not run the query',
    retryable: false,
    hint: 'Correct the query: `error` says why it failed, and where.',
  },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many requests',
    retryable: true,
    hint: 'Wait for the seconds in Retry-After.',
  },
  QUOTA_EXCEEDED: {
    status: 429,
    title: 'The tenant has created as many jobs as it may today',
    retryable: true,
    hint: 'Wait for the seconds in Retry-After, until the quota of the next day (UTC); see /limits.',
  },
  BACKLOG_FULL: {
    status: 429,
    title: 'Too many jobs of the tenant wait to run',
    retryable: true,
    hint: 'Let some of the waiting jobs run, or cancel them; see /limits.',
  },
  INTERNAL_ERROR: {
    status: 500,
    title: 'Something broke on our side',
    retryable: true,
    hint: 'Try again; if it stays, give your operator the request_id.',
  },
  SERVICE_UNAVAILABLE: {
    status: 503,
    title: 'A service that we depend on does not answer',
    retryable: true,
    hint: 'Try again after the seconds in Retry-After.',
  },
  QUERY_TIMEOUT: {
    status: 504,
    title: 'The query took longer than it may',
    retryable: false,
    hint: 'Raise timeout_seconds, ask for less, or send on_timeout "bulk" to have it exported by a job.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof kinds;

/** Every problem that a request can be answered with. `code` is stable; the texts may change. */
export const problems: Readonly<Record<ProblemCode, ProblemKind>> = kinds;

export const problemCodes = Object.keys(kinds) as ProblemCode[];

export const problemType = (code: string): string => `urn:spectra-bulk:error:${code}`;

export const FieldError = z
  .object({
    pointer: z.string().describe('JSON pointer into the body, or the name of the parameter'),
    message: z.string(),
  })
  .meta({ id: 'FieldError' });
export type FieldError = z.infer<typeof FieldError>;

/** RFC 9457, application/problem+json. */
export const Problem = z
  .object({
    type: z.string().describe('urn:spectra-bulk:error:<code>'),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.string().describe('Stable; act on this one'),
    detail: z.string(),
    retryable: z.boolean().describe('The same request can succeed later, unchanged'),
    hint: z.string().describe('What to do about it'),
    request_id: z.string(),
    instance: z.string().optional().describe('The path that was asked for'),
    errors: z.array(FieldError).optional().describe('The fields at fault'),
    reason: z.string().optional().describe('QUERY_REFUSED: the rule of the SQL guard that refused'),
    position: z.int().min(1).optional().describe('QUERY_REFUSED: the character of the query at fault, from 1'),
    state: z.string().optional().describe('STATE_CONFLICT: the state that the job is in'),
    error: JobError.optional().describe('QUERY_FAILED: what the warehouse said'),
    expired_at: z.iso.datetime().optional().describe('JOB_EXPIRED, RESULTS_EXPIRED: since when'),
    limit: z.string().optional().describe('The limit that was met, by its name in /limits'),
    retry_after: z.int().min(1).optional().describe('Seconds, as in Retry-After, where they are known exactly'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
