import { ProblemError } from '../problem-error.ts';
import type { RefusedQuery } from './guard.ts';

/** The guard's verdict as an answer to who sent the query. */
export const queryRefused = ({ message, hint, code, position }: RefusedQuery): ProblemError =>
  new ProblemError('QUERY_REFUSED', message, {
    hint,
    reason: code,
    ...(position === undefined ? {} : { position }),
    errors: [{ pointer: '/query', message }],
  });
