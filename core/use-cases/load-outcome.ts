import type { JobEvent } from '../jobs/change.ts';
import type { EndedStatement } from './finish-run.ts';

export interface LoadOutcomeDeps {}

export const loadOutcome = (_deps: LoadOutcomeDeps, ended: EndedStatement): Promise<JobEvent> => {
  throw new Error(`Job ${ended.run.job_id} is a load`);
};
