/** The CloudWatch namespace of every metric that the Lambdas write as Embedded Metric Format in their log lines. */
export const metricNamespace = 'SpectraBulk';

/** The one dimension of every metric: the deployment's name. */
export const metricDimension = 'deployment';

interface MetricKind {
  unit: 'Count' | 'Seconds';
  meaning: string;
}

const kinds = {
  OldestWaitingJobSeconds: {
    unit: 'Seconds',
    meaning: 'Age of the job that waits longest for a free slot; 0 if none waits',
  },
  WaitingJobs: { unit: 'Count', meaning: 'Jobs that wait for a free slot' },
  RunningJobs: { unit: 'Count', meaning: 'Jobs whose statement runs' },
  OverdueRuns: {
    unit: 'Count',
    meaning: 'Jobs that run longer than SPECTRA_BULK_JOB_TIMEOUT_HOURS; each was told to stop',
  },
  LostEventsFound: { unit: 'Count', meaning: 'Statements that had ended without an event, found by the sweep' },
  LeakedSlotsReleased: { unit: 'Count', meaning: 'Slots held by jobs that no longer run, released by the sweep' },
  RunsResubmitted: { unit: 'Count', meaning: 'Runs whose statement was never submitted, started again by the sweep' },
  RunsRetried: {
    unit: 'Count',
    meaning: 'Runs that failed for a passing reason of the warehouse and are followed by another by themselves',
  },
  JobsCompleted: { unit: 'Count', meaning: 'Jobs that ended in JobComplete' },
  JobsFailed: {
    unit: 'Count',
    meaning: 'Jobs that ended in Failed for a reason of the service or the warehouse, not of the query',
  },
} as const satisfies Record<string, MetricKind>;

export type MetricName = keyof typeof kinds;

/** Every metric by its name. The sweep writes the first seven each minute; the last three are written as runs end. */
export const metrics: Readonly<Record<MetricName, MetricKind>> = kinds;

export const metricNames = Object.keys(kinds) as MetricName[];
