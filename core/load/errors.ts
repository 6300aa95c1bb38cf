import { fixedLimits } from '../../contract/limits.ts';
import type { JobError } from '../../contract/jobs.ts';

/** Why a load failed for what was uploaded or asked. None of them goes away by itself. */
export const LOAD_ERROR_CODES = [
  'COLUMN_DUPLICATE',
  'COLUMN_MISSING',
  'COLUMN_UNKNOWN',
  'COLUMN_UNSUPPORTED',
  'FILE_CHANGED',
  'FILE_COMPRESSION_MISMATCH',
  'FILE_EMPTY',
  'FILE_FORMAT_MISMATCH',
  'FILE_TOO_LARGE',
  'FILE_UNREADABLE',
  'LOAD_TOO_WIDE',
  'ROWS_REJECTED',
  'TOO_MANY_ROWS_REJECTED',
] as const;
export type LoadErrorCode = (typeof LOAD_ERROR_CODES)[number];

/** A job's error with one of the codes above. */
export type LoadError = JobError & { readonly code: LoadErrorCode };

export const loadError = (code: LoadErrorCode, message: string): LoadError => ({
  code,
  category: 'validation',
  message,
  retryable: false,
  details: {},
});

/** For the catalogue of errors. */
export const loadErrorKinds = (): Pick<JobError, 'code' | 'category' | 'retryable'>[] =>
  LOAD_ERROR_CODES.map((code) => ({ code, category: 'validation', retryable: false }));

const SHOWN = 80;

/** A name of the client's in a message: quoted, and cut where it is very long. */
export const shown = (name: string): string => {
  const characters = Array.from(name);
  return `"${characters.length > SHOWN ? `${characters.slice(0, SHOWN).join('')}...` : name}"`;
};

/** Thrown within core/load, and by who reads files for it, for whoever builds a load to catch: `error` is what the job fails with. */
export class LoadRefused extends Error {
  readonly error: LoadError;

  constructor(code: LoadErrorCode, message: string) {
    super(message);
    this.name = 'LoadRefused';
    this.error = loadError(code, message);
  }
}

/** Of a JSON array, which is read whole. */
export const tooLarge = (file: number): LoadRefused =>
  new LoadRefused(
    'FILE_TOO_LARGE',
    `File ${file} is an array of more than ${fixedLimits.json_array_bytes.value} bytes. Write one object a line: such a file may have any size.`,
  );

/** What lies under the key of a pinned file is not what the job was closed with. */
export const fileChanged = (file: number): LoadRefused =>
  new LoadRefused(
    'FILE_CHANGED',
    `File ${file} was deleted or replaced while the job was being closed. Create another job and upload it again.`,
  );
