import { fixedLimits } from '../contract/limits.ts';
import type { FieldError, Problem, ProblemCode } from '../contract/problems.ts';

export type ProblemFacts = Partial<
  Pick<Problem, 'error' | 'errors' | 'hint' | 'reason' | 'position' | 'state' | 'expired_at' | 'limit' | 'retry_after'>
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

const shown = 200;
const short = (text: string): string => (text.length > shown ? `${text.slice(0, shown)}...` : text);

/** Names the faults, but neither without end nor at any length: a body of 256 KB can have tens of thousands. */
export function invalidRequest(all: FieldError[]): ProblemError {
  const errors = all
    .slice(0, fixedLimits.reported_errors.value)
    .map(({ pointer, message }) => ({ pointer: short(pointer), message: short(message) }));
  const told = errors.map(({ pointer, message }) => `${pointer}: ${message}`).join('; ');
  const more = all.length > errors.length ? `; and ${all.length - errors.length} more` : '';
  return new ProblemError('INVALID_REQUEST', told + more, { errors });
}
