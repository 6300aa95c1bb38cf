import { JobAbortedError, JobFailedError, SpectraError } from '../client/node.ts';
import { UsageError } from './fault.ts';
import { Interrupted } from './io.ts';

export const exitCodes = {
  done: 0,
  error: 1,
  usage: 2,
  unauthorised: 4,
  jobFailed: 5,
  jobAborted: 6,
} as const;

/** What each code says, for help and docs. */
export const exitCodeMeanings: readonly (readonly [code: number, meaning: string])[] = [
  [0, 'done'],
  [1, 'an error: the message says which'],
  [2, 'the command line is wrong'],
  [4, 'not authorised: no credential, one that is not taken, or one that may not do this'],
  [5, 'the job failed'],
  [6, 'the job was cancelled'],
  [130, 'stopped by Ctrl-C; a job goes on, and its id was printed (143: by SIGTERM, 141: nobody reads the output)'],
];

const refused: readonly number[] = [401, 403];

/** The code that the process ends with for an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode;
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof JobAbortedError) return exitCodes.jobAborted;
  if (error instanceof JobFailedError) return exitCodes.jobFailed;
  if (error instanceof SpectraError && (refused.includes(error.status) || error.code === 'NO_CREDENTIAL'))
    return exitCodes.unauthorised;
  return exitCodes.error;
}
