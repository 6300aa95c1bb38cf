import { JobId, type TenantId } from '../../contract/ids.ts';
import type { Hasher } from '../ports.ts';
import { ProblemError } from '../problem-error.ts';

/** Not a secret: it tells a cursor that was changed, or is another tenant's, from one of ours. What a cursor reaches is the caller's anyway. */
const sealOf = (hasher: Hasher, tenant: TenantId, last: JobId): string =>
  hasher.hash('cursor', tenant, last).slice(0, 16);

/** A cursor names the last job that was seen; the tenant is never taken from it. */
export const encodeCursor = (hasher: Hasher, tenant: TenantId, last: JobId): string =>
  `jobs.${last}.${sealOf(hasher, tenant, last)}`;

export function decodeCursor(hasher: Hasher, tenant: TenantId, cursor: string): JobId {
  const [kind, id, seal, ...rest] = cursor.split('.');
  const parsed = JobId.safeParse(id);
  const whole = kind === 'jobs' && rest.length === 0 && parsed.success;
  if (whole && hasher.equal(seal ?? '', sealOf(hasher, tenant, parsed.data))) return parsed.data;
  throw foreignCursor();
}

/** For whatever a list did not give out itself. */
export const foreignCursor = (): ProblemError =>
  new ProblemError('INVALID_CURSOR', 'The cursor was not made by this API.', {
    errors: [{ pointer: 'cursor', message: 'is not a cursor of this list' }],
  });
