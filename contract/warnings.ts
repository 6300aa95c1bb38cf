import * as z from 'zod';

export const WarningCode = z.enum(['EMPTY_RESULT', 'RESULT_SPLIT', 'RETRIED', 'ROWS_REJECTED', 'COUNTS_LOST']);
export type WarningCode = z.infer<typeof WarningCode>;

/** Something about a complete job that is no error, but may not be what was meant. */
export const Warning = z
  .object({
    code: WarningCode,
    message: z.string(),
    affected_records: z.int().min(0).nullable().describe('null where it is not about records'),
  })
  .meta({ id: 'Warning' });
export type Warning = z.infer<typeof Warning>;
