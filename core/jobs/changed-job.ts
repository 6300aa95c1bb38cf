import { JobRecord } from '../../contract/records.ts';
import type { Change } from './change.ts';
import type { Job } from './job.ts';

/**
 * A job as a change that was written has made it, `job` being what the change was decided on: the record need not be read again.
 * What another writer has set meanwhile without being in the way of the change is not in it.
 */
export function changedJob(job: Job, { set, remove, append }: Change): Job {
  const gone: ReadonlySet<string> = new Set(remove);
  const kept = Object.fromEntries(Object.entries(job).filter(([name]) => !gone.has(name)));
  const { log = job.log } = set;
  return JobRecord.parse({ ...kept, ...set, log: [...log, ...append] });
}
