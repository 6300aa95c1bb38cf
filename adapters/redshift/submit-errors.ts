import type { SubmitOutcome } from '../../core/ports.ts';

/** What no repetition of the same statement will change. */
const refusals = new Set(['ValidationException', 'ResourceNotFoundException', 'AccessDeniedException']);

/** 4xx that say no more than "not now". */
const limits = new Set([
  'ActiveStatementsExceededException',
  'ActiveSessionsExceededException',
  'ActiveWaitingRequestsExceededException',
  'QueryTimeoutException',
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'LimitExceededException',
]);

/** Credentials that were renewed while the request was under way. */
const credentials = new Set(['ExpiredTokenException', 'UnrecognizedClientException', 'RequestExpired']);

interface FailedCall {
  name: string;
  message: string;
  $fault?: unknown;
  $metadata?: { httpStatusCode?: number };
}

/** The SDK marks what went wrong on the way or at the service; all else is a mistake of this program. */
const isFailedCall = (error: unknown): error is Error & FailedCall =>
  error instanceof Error && ('$metadata' in error || '$fault' in error);

/** What an ExecuteStatement that failed means for the run; undefined: not an answer of the service, to be thrown on. */
export function submitOutcome(error: unknown): Exclude<SubmitOutcome, { outcome: 'submitted' }> | undefined {
  if (!isFailedCall(error)) return undefined;
  const { name, message } = error;
  if (refusals.has(name)) return { outcome: 'refused', message };
  const status = error.$metadata?.httpStatusCode;
  const unanswered = status === undefined;
  const passing = error.$fault === 'server' || unanswered || status >= 500 || status === 429;
  if (passing || limits.has(name) || credentials.has(name)) return { outcome: 'later', cause: `${name}: ${message}` };
  return { outcome: 'refused', message };
}
