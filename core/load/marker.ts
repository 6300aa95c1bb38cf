import { quotedIdentifier } from '../sql/literal.ts';

/** The table whose existence says that this job's load was committed. Its making is the first statement of every run's load. */
export const markerTable = (schema: string, job_id: string): string =>
  `${quotedIdentifier(schema)}.${quotedIdentifier(`load_${job_id.toLowerCase()}`)}`;
