import type { TenantId } from '../../contract/ids.ts';
import { objectNameParts } from '../../contract/load.ts';
import { ProblemError } from '../problem-error.ts';

/** @throws ProblemError OBJECT_NOT_ALLOWED for a table of a schema that is not among those */
export function assertLoadable(object: string, schemas: readonly string[], tenant: TenantId): void {
  const schema = objectNameParts(object)?.schema.toLowerCase() ?? '';
  if (schemas.some((allowed) => allowed.replaceAll('{tenant}', tenant) === schema)) return;
  throw new ProblemError('OBJECT_NOT_ALLOWED', `The tenant may not load into the schema ${schema}.`, {
    errors: [
      { pointer: '/object', message: `schemas that it may load: ${schemas.join(', ').replaceAll('{tenant}', tenant)}` },
    ],
  });
}
