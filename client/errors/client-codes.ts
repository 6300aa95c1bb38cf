interface ClientCode {
  title: string;
  /** Whether the same call can succeed later. */
  retryable: boolean;
  hint: string;
}

const kinds = {
  NETWORK_ERROR: {
    title: 'No answer came, or it broke off',
    retryable: true,
    hint: 'Check the address and the network; `cause` says what failed. It was tried several times.',
  },
  TIMEOUT: {
    title: 'Nothing came within the time set for it',
    retryable: true,
    hint: 'Try again, or raise `timeout`.',
  },
  INVALID_ANSWER: {
    title: 'The answer is not one that this API gives',
    retryable: false,
    hint: 'Check that `url` is the address of a Spectra Bulk API, stage included.',
  },
  INVALID_OPTION: {
    title: 'An option of the client does not fit',
    retryable: false,
    hint: 'Correct the option that is named.',
  },
  CHECKSUM_MISMATCH: {
    title: 'The bytes that came are not those of the file',
    retryable: true,
    hint: 'Download it again: nothing of what came was kept. If it stays, something between here and S3 changes files.',
  },
  RESULT_CHANGED: {
    title: 'The file is another one than when the download began',
    retryable: true,
    hint: 'Begin anew: the job was run again meanwhile.',
  },
  UNSUPPORTED_FORMAT: {
    title: 'This platform cannot read rows of this format',
    retryable: false,
    hint: 'Export as CSV or JSON with NONE or GZIP, or use download() and a reader of your own.',
  },
  UNREADABLE_ROWS: {
    title: 'A file is not in the format of its job',
    retryable: false,
    hint: 'Download the file and look at it; report it to your operator.',
  },
  NODE_ONLY: {
    title: 'Files on disk are for Node',
    retryable: false,
    hint: 'In a browser, use files(), rows() and Blobs.',
  },
  JOB_ABORTED: {
    title: 'The job was cancelled',
    retryable: false,
    hint: 'Run it again with retry().',
  },
} as const satisfies Record<string, ClientCode>;

/** Codes of errors that the SDK itself raises; all others are the service's (contract/problems.ts). */
export type ClientErrorCode = keyof typeof kinds;

export const clientCodes: Readonly<Record<ClientErrorCode, ClientCode>> = kinds;
