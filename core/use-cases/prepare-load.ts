import type { LoadRequest } from '../../contract/records.ts';
import type { Run } from '../jobs/job.ts';
import type { PrepareExportDeps, Prepared } from './prepare-export.ts';

export function prepareLoad(_deps: PrepareExportDeps, run: Run, _request: LoadRequest): Promise<Prepared> {
  throw new Error(`Job ${run.job_id} is a load`);
}
