import { JobId } from '../../contract/ids.ts';
import { ProblemError } from '../problem-error.ts';

/** A cursor names the last job that was seen; the tenant is never taken from it. */
export const encodeCursor = (last: JobId): string => `jobs.${last}`;

export function decodeCursor(cursor: string): JobId {
  const [kind, id, ...rest] = cursor.split('.');
  const parsed = JobId.safeParse(id);
  if (kind !== 'jobs' || rest.length > 0 || !parsed.success) {
    throw new ProblemError('INVALID_CURSOR', 'The cursor was not made by this API.', {
      errors: [{ pointer: 'cursor', message: 'is not a cursor of this list' }],
    });
  }
  return parsed.data;
}
