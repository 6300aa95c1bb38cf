import type { Job } from '../jobs/job.ts';
import { markerTable } from '../load/marker.ts';
import type { Telemetry, Warehouse } from '../ports.ts';

export interface DropMarkerDeps {
  warehouse: Pick<Warehouse, 'submit'>;
  telemetry: Telemetry;
  markerSchema: string;
}

/**
 * Nothing can load the job again: the table that stood guard against it goes. Safe to repeat. Where the warehouse takes no statement,
 * it is the caller's error, so that it comes again.
 */
export async function dropMarker(deps: DropMarkerDeps, job: Job): Promise<void> {
  const { tenant_id, job_id, load, uploads, warehouse_user = tenant_id } = job;
  // One that was never closed never ran.
  if (!load || !uploads) return;
  const submitted = await deps.warehouse.submit({
    sql: `DROP TABLE IF EXISTS ${markerTable(deps.markerSchema, job_id)}`,
    token: `drop-marker-${job_id}`,
    // Not of the form of a run's name: its end is nobody's news.
    name: `marker-of-${job_id}`,
    user: warehouse_user,
  });
  switch (submitted.outcome) {
    case 'submitted': {
      deps.telemetry.info('marker dropped', { tenant_id, job_id });
      return;
    }
    case 'later':
      throw new Error(`The marker of ${job_id} can't be dropped for now: ${submitted.cause}`);
    case 'refused': {
      deps.telemetry.warn('marker stays', { tenant_id, job_id, message: submitted.message });
      return;
    }
  }
}
