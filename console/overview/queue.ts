import type { JobRecord } from '../../client/browser.ts';

type Unfinished = Pick<JobRecord, 'state' | 'created_at' | 'started_at' | 'progress' | 'desired_state' | 'retry_at'>;

/** What is under way. */
export interface Queue {
  waiting: number;
  running: number;
  open: number;
  /** Epoch ms of the one that waits longest. */
  waitingSince: number | undefined;
  /** Epoch ms of the one that runs longest. */
  runningSince: number | undefined;
}

const earliest = (times: readonly number[]): number | undefined =>
  times.length === 0 ? undefined : Math.min(...times);

function queuedAt({ progress, created_at }: Unfinished): number {
  const queued = progress.phases.find(({ name }) => name === 'queued')?.started_at;
  return Date.parse(queued ?? created_at);
}

export function queueOf(jobs: readonly Unfinished[]): Queue {
  const waiting = jobs.filter(({ state }) => state === 'UploadComplete');
  const running = jobs.filter(({ state }) => state === 'InProgress');
  return {
    waiting: waiting.length,
    running: running.length,
    open: jobs.filter(({ state }) => state === 'Open').length,
    waitingSince: earliest(waiting.map(queuedAt)),
    runningSince: earliest(running.map((job) => Date.parse(job.started_at ?? job.created_at))),
  };
}
