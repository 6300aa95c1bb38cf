import type { JobId } from '../../contract/ids.ts';
import { quotedIdentifier } from '../sql/literal.ts';

/** The table whose making is the first statement of a load: the load of a job is committed once, whichever run does it. */
export const markerOf = (schema: string, job: JobId): string =>
  `${quotedIdentifier(schema)}.${quotedIdentifier(`load_${job.toLowerCase()}`)}`;
