import type { JobError } from '../../contract/jobs.ts';
import type { MetricName } from '../../contract/metrics.ts';
import type { JobPatch } from './change.ts';

/** A query that is wrong, or asks for what its tenant may not see, is no failure of the service. */
const ours: Readonly<Record<JobError['category'], boolean>> = {
  validation: false,
  permission: false,
  resource: false,
  transient: true,
  capacity: true,
};

/** What the end of a run counts for. */
export function outcomeMetrics(end: JobPatch): Partial<Record<MetricName, number>> {
  if (end.state === 'JobComplete') return { JobsCompleted: 1 };
  if (end.state === 'UploadComplete') return { RunsRetried: 1 };
  return end.state === 'Failed' && end.error && ours[end.error.category] ? { JobsFailed: 1 } : {};
}
