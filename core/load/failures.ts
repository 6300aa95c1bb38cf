import type { JobError } from '../../contract/jobs.ts';
import { mapRedshiftError } from '../errors/redshift-error.ts';
import { loadError } from './errors.ts';

export type LoadFailure =
  | { readonly kind: 'failed'; readonly error: JobError }
  /** Another run of this job was committed: look for its outcome. */
  | { readonly kind: 'already_loaded' };

/** Two transactions that create one table at a time end with a duplicate key of the catalog. */
const EXISTS = /already exists|42P07|duplicate key[^]*?pg_(?:class|type)/i;
const DIVISION = /divi(?:de|sion) by zero|22012/i;

/**
 * Why a load failed, by the step of the statement that did (see stepOf; undefined when none of them failed alone) and what
 * Redshift says.
 */
export function loadFailure(step: string | undefined, text: string): LoadFailure {
  if (step === 'marker' && EXISTS.test(text)) return { kind: 'already_loaded' };
  return { kind: 'failed', error: errorOf(step, text) };
}

function errorOf(step: string | undefined, text: string): JobError {
  const error = inNoQuery(mapRedshiftError(text));
  if (step === 'max_errors' && DIVISION.test(text))
    return loadError(
      'TOO_MANY_ROWS_REJECTED',
      'More rows were rejected than max_errors allows, so none was applied. See failed-results for the reasons.',
    );
  if (step === 'all_or_nothing' && DIVISION.test(text))
    return loadError(
      'ROWS_REJECTED',
      'Rows were rejected, so none was applied, as all_or_nothing asks. See failed-results for the reasons.',
    );
  const file = /^copy_(\d+)$/.exec(step ?? '')?.[1];
  return file === undefined || !isOfTheFile(error)
    ? error
    : loadError('FILE_UNREADABLE', `File ${file} could not be read: ${error.message}`);
}

/** What is wrong with the file itself, or with nothing that is known: not with storage, rights or the cluster. */
const isOfTheFile = ({ category, code }: JobError): boolean =>
  category === 'validation' || code === 'WAREHOUSE_ERROR' || code === 'RELATION_NOT_FOUND';

/** The statement is ours: a position in it says nothing to who asked for the load. */
function inNoQuery({ details: { position: _, ...details }, ...error }: JobError): JobError {
  return { ...error, details };
}
