import * as z from 'zod';
import { JobId, RunId } from './ids.ts';
import { JobState } from './jobs.ts';

const Timestamp = z.iso.datetime({ precision: 3 });

/** What is written down of a job, in the write that does it. */
export const LogEvent = z.enum([
  'created',
  'started',
  'admitted',
  'submitted',
  'resubmitted',
  'stop_requested',
  'completed',
  'failed',
  'aborted',
  'retried',
  'run_failed',
  'requeued',
]);
export type LogEvent = z.infer<typeof LogEvent>;

/** An entry as it is kept: small, for it is part of the job's item. What it says beside this follows from its run. */
export const LogEntry = z.object({ at: z.int().describe('Epoch milliseconds'), event: LogEvent, by: z.string() });
export type LogEntry = z.infer<typeof LogEntry>;

/** One thing that happened to a job. */
export const LogEntryView = z
  .object({
    at: Timestamp,
    attempt: z.int().min(1),
    run_id: RunId,
    event: z.enum([...LogEvent.options, 'results_expired']),
    from: JobState.nullable().describe("The job's state before; null for its creation"),
    to: JobState.describe("The job's state after; the same as from where only facts changed"),
    by: z.string().describe('The key of the caller, or the component of the service that did it'),
    reason: z.string().nullable().describe('Why: in the words of who cancelled, or of the warehouse'),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .meta({ id: 'LogEntry' });
export type LogEntryView = z.infer<typeof LogEntryView>;

export const JobLog = z
  .object({
    job_id: JobId,
    entries: z.array(LogEntryView).describe('The oldest first'),
    next_cursor: z.string().nullable().describe('Pass as ?cursor= for the next page; it goes on where the log grows'),
  })
  .meta({ id: 'JobLog' });
export type JobLog = z.infer<typeof JobLog>;

export const JobLogQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().min(1).max(100).optional().describe('next_cursor of the page before'),
});
