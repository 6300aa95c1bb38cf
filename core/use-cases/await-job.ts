import type { Job, JobKey } from '../jobs/job.ts';
import { isFinished } from '../jobs/job.ts';
import type { Pause } from '../ports.ts';
import { type FindDeps, findJob } from './find-job.ts';

export interface AwaitDeps extends FindDeps {
  pause: Pause;
}

export interface AwaitCommand {
  key: JobKey;
  /** 0 to 25: how long the answer may be held. */
  seconds: number;
  /** Whether the job is still as its caller knows it. */
  known: (job: Job) => boolean;
}

const firstPause = 250;
const longestPause = 4000;

/**
 * Reads a job, and holds the answer while the job is as its caller knows it, until it changes or the time is up. Pauses double up
 * to 4 s: 25 seconds cost at most 10 reads of 0.5 RCU.
 */
export async function awaitJob(deps: AwaitDeps, { key, seconds, known }: AwaitCommand): Promise<Job> {
  const end = deps.clock.now().getTime() + seconds * 1000;
  for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
    const job = await findJob(deps, key);
    const left = end - deps.clock.now().getTime();
    if (left <= 0 || isFinished(job.state) || !known(job)) return job;
    await deps.pause(Math.min(pause, left));
  }
}
