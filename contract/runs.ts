import * as z from 'zod';
import { JobId, RunId, StatementId } from './ids.ts';
import { JobError, JobState } from './jobs.ts';

const Timestamp = z.iso.datetime({ precision: 3 });

/** One execution of a job. */
export const RunView = z
  .object({
    run_id: RunId,
    attempt: z.int().min(1),
    state: JobState,
    queued_at: Timestamp.nullable(),
    started_at: Timestamp.nullable(),
    completed_at: Timestamp.nullable(),
    wait_seconds: z.number().nullable(),
    duration_seconds: z.number().nullable(),
    statement_id: StatementId.nullable().describe("Redshift's name for the statement"),
    error: JobError.nullable(),
    retry_at: Timestamp.nullable().describe(
      'Set on a failed run that the service itself follows by another: not before then',
    ),
    reason: z.string().nullable(),
    cancelled_by: z.string().nullable(),
  })
  .meta({ id: 'Run' });
export type RunView = z.infer<typeof RunView>;

export const RunList = z
  .object({ job_id: JobId, runs: z.array(RunView).describe('The latest first') })
  .meta({ id: 'RunList' });
export type RunList = z.infer<typeof RunList>;
