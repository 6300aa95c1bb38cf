import { LoadRefused, type LoadError } from '../../../core/load/errors.ts';

/** The error of a load that must be refused. */
export function refused(run: () => unknown): LoadError {
  try {
    run();
  } catch (error) {
    if (error instanceof LoadRefused) return error.error;
    throw error;
  }
  throw new Error('was not refused');
}
