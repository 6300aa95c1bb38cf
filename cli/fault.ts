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
export const faults = {
  CONFIG_INVALID: 'the config file cannot be read',
  CONFIG_OPEN_TO_OTHERS: 'the config file holds a key, and others on the machine may read it',
  NO_CREDENTIAL: 'no API key and no token is set, or none for this address',
  NOT_CANCELLED: 'the job was complete before it could be cancelled',
  SEVERAL_FILES: 'what was asked for is several files, and there is room for one',
  NO_CLONE: 'what was asked for comes with a clone of the project, not with the package',
} as const;

export type FaultCode = keyof typeof faults;

export const fault = (code: FaultCode, message: string, hint: string, cause?: unknown): SpectraError =>
  new SpectraError({ code, message, hint, docs: 'docs/cli.md#errors-of-the-command', cause });
