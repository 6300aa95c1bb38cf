import { SpectraError } from '../client/node.ts';

/** The command line is wrong; the message says what would be right. */
export class UsageError extends Error {
  override name = 'UsageError';
  /** What to do about it. */
  readonly hint: string;

  constructor(message: string, hint = '') {
    super(message);
    this.hint = hint;
  }
}

/** Errors that the command itself raises; all others are the SDK's or the service's. */
export type FaultCode = 'CONFIG_INVALID' | 'CONFIG_OPEN_TO_OTHERS' | 'NO_CREDENTIAL' | 'NOT_CANCELLED' | 'NO_CLONE';

export const fault = (code: FaultCode, message: string, hint: string, cause?: unknown): SpectraError =>
  new SpectraError({ code, message, hint, cause });
