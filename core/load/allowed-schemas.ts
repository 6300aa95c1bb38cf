import type { TenantId } from '../../contract/ids.ts';
import { ProblemError } from '../problem-error.ts';

/** The schema of `schema.table`, as Redshift folds it. */
export function schemaOf(object: string): string {
  const quoted = /^"((?:[^"]|"")+)"/.exec(object)?.[1];
  return quoted === undefined ? (object.split('.')[0] ?? '').toLowerCase() : quoted.replaceAll('""', '"').toLowerCase();
}

/** @throws ProblemError OBJECT_NOT_ALLOWED for a table of a schema that is not among those */
export function assertLoadable(object: string, schemas: readonly string[], tenant: TenantId): void {
  const schema = schemaOf(object);
  if (schemas.some((allowed) => allowed.replaceAll('{tenant}', tenant) === schema)) return;
  throw new ProblemError('OBJECT_NOT_ALLOWED', `The tenant may not load into the schema ${schema}.`, {
    errors: [
      { pointer: '/object', message: `schemas that it may load: ${schemas.join(', ').replaceAll('{tenant}', tenant)}` },
    ],
  });
}
