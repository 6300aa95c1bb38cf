import type { FieldError } from '../contract.ts';
import { type ClientErrorCode, clientCodes } from './client-codes.ts';

export interface SpectraErrorFacts {
  code: string;
  message: string;
  status?: number | undefined;
  retryable?: boolean | undefined;
  hint?: string | undefined;
  requestId?: string | undefined;
  errors?: readonly FieldError[] | undefined;
  retryAfter?: number | undefined;
  reason?: string | undefined;
  position?: number | undefined;
  docs?: string | undefined;
  cause?: unknown;
}

/** Any call that did not succeed. Act on `code`: it is stable, messages are not. */
export class SpectraError extends Error {
  override readonly name: string = 'SpectraError';
  /** Of the service (docs/errors.md) or of the SDK itself. */
  readonly code: string;
  /** Of the HTTP answer; 0 where there was none. */
  readonly status: number;
  /** The same call can succeed later, unchanged. */
  readonly retryable: boolean;
  /** What to do about it. */
  readonly hint: string;
  /** What your operator finds the call by. */
  readonly requestId: string | undefined;
  /** Where the code is explained: by the service that answered with it, or in this package for what the SDK raises itself. */
  readonly docs: string;
  /** The fields at fault, by JSON pointer. */
  readonly errors: readonly FieldError[];
  /** Seconds, where the service said how long to wait. */
  readonly retryAfter: number | undefined;
  /** QUERY_REFUSED: the rule that refused. */
  readonly reason: string | undefined;
  /** The character of the query at fault, from 1, where it is known. */
  readonly position: number | undefined;

  constructor(facts: SpectraErrorFacts) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = facts.code;
    this.status = facts.status ?? 0;
    this.retryable = facts.retryable ?? false;
    this.hint = facts.hint ?? '';
    this.requestId = facts.requestId;
    this.docs = facts.docs ?? 'docs/errors.md#answers';
    this.errors = facts.errors ?? [];
    this.retryAfter = facts.retryAfter;
    this.reason = facts.reason;
    this.position = facts.position;
  }
}

/** An error that the SDK itself raises. */
export function clientError(
  code: ClientErrorCode,
  message: string,
  more: Pick<SpectraErrorFacts, 'cause' | 'status' | 'retryAfter' | 'hint'> = {},
): SpectraError {
  const { retryable, hint } = clientCodes[code];
  return new SpectraError({ code, message, retryable, hint, docs: 'docs/errors.md#raised-by-the-sdk', ...more });
}
