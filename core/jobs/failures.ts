import type { JobError } from '../../contract/jobs.ts';

/** The warehouse says ABORTED, but nobody asked for it through us: an administrator, a WLM rule or a restart did. */
export const cancelledInWarehouse: JobError = {
  code: 'QUERY_CANCELLED',
  category: 'transient',
  message: 'The statement was cancelled in the warehouse, not by this service.',
  retryable: true,
  details: { sql_state: '57014' },
};

export const timedOut: JobError = {
  code: 'JOB_TIMEOUT',
  category: 'capacity',
  message: 'The job ran longer than it may and was stopped.',
  retryable: true,
  details: {},
};

/** No sign of the statement within the time that Redshift remembers its ClientToken: to submit again could run it twice. */
export const submissionLost: JobError = {
  code: 'SUBMISSION_LOST',
  category: 'transient',
  message: 'The statement could not be submitted, or its submission could not be confirmed.',
  retryable: true,
  details: {},
};

export const resultLost: JobError = {
  code: 'RESULT_LOST',
  category: 'transient',
  message: 'The statement finished, but its result could not be found or read.',
  retryable: true,
  details: {},
};
