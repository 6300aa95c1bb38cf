import type { JobRecord, JobState } from '../../client/browser.ts';

interface Look {
  label: string;
  color: 'gray' | 'yellow' | 'blue' | 'teal' | 'red' | 'orange';
}

const looks: Readonly<Record<JobState, Look>> = {
  Open: { label: 'Open', color: 'gray' },
  UploadComplete: { label: 'Waiting', color: 'yellow' },
  InProgress: { label: 'Running', color: 'blue' },
  JobComplete: { label: 'Complete', color: 'teal' },
  Failed: { label: 'Failed', color: 'red' },
  Aborted: { label: 'Cancelled', color: 'gray' },
};

export const stateLabel = (state: JobState): string => looks[state].label;

/** A job's state in words, and its colour. */
export function lookOf({ state, desired_state, retry_at, has_warnings }: JobRecord): Look {
  if (desired_state !== null) return { label: 'Being cancelled', color: 'orange' };
  if (retry_at !== null) return { label: 'Runs again', color: 'orange' };
  if (state === 'JobComplete' && has_warnings) return { label: 'With warnings', color: 'orange' };
  return looks[state];
}

/** The state in words; the dot's colour says nothing that they don't. */
export function JobStateBadge({ job }: { job: JobRecord }) {
  const { label, color } = lookOf(job);
  return (
    <span className="state" title={job.state}>
      <span className="dot" data-color={color} aria-hidden />
      {label}
    </span>
  );
}
