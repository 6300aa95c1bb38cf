import * as z from 'zod';

const Timestamp = z.iso.datetime({ precision: 3 });

export const PhaseName = z.enum(['queued', 'executing', 'exporting', 'finalizing']);
export type PhaseName = z.infer<typeof PhaseName>;

export const Phase = z.object({
  name: PhaseName,
  status: z
    .enum(['pending', 'in_progress', 'completed', 'failed', 'skipped'])
    .describe('failed: the job ended in it, without a result; skipped: never reached, or nothing to do'),
  started_at: Timestamp.optional().describe('Where it is known'),
  duration_seconds: z.number().min(0).optional().describe('Where it has ended and both its ends are known'),
});
export type Phase = z.infer<typeof Phase>;

/** How far a job is: what is known of it, and nothing that is not. */
export const Progress = z
  .object({
    phase: PhaseName.nullable().describe(
      'The one that is in progress; null before the job is started and once it has ended',
    ),
    message: z.string(),
    phases: z.array(Phase),
    percentage: z
      .int()
      .min(0)
      .max(100)
      .optional()
      .describe(
        'Only with an estimate, by an earlier run of the same query; 100 only once it is complete. Never falls in a run',
      ),
    files: z.int().min(0).optional().describe('Written so far; while it runs with ?include=progress only'),
    bytes: z.int().min(0).optional().describe('Written so far; while it runs with ?include=progress only'),
    current: z.int().min(0).optional().describe('Bytes so far, of `total`'),
    total: z.int().min(0).optional().describe('Bytes: an estimate while the job runs'),
    estimated_completion: Timestamp.optional().describe(
      'By how long an earlier run of the same query took; absent once that is over',
    ),
  })
  .meta({ id: 'Progress' });
export type Progress = z.infer<typeof Progress>;
