import type { FieldError, Problem, ProblemCode } from '../contract/problems.ts';

export type ProblemFacts = Partial<
  Pick<Problem, 'error' | 'errors' | 'hint' | 'reason' | 'position' | 'state' | 'expired_at'>
>;

/** A request that is answered with a problem: thrown by use cases, mapped to HTTP at the edge. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly facts: ProblemFacts;

  constructor(code: ProblemCode, detail: string, facts: ProblemFacts = {}, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'ProblemError';
    this.code = code;
    this.facts = facts;
  }
}

export const invalidRequest = (errors: FieldError[]): ProblemError =>
  new ProblemError('INVALID_REQUEST', errors.map((error) => `${error.pointer}: ${error.message}`).join('; '), {
    errors,
  });
