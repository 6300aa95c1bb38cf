import * as z from 'zod';
import { StatementId } from './ids.ts';

export const StatementEnd = z.enum(['FINISHED', 'FAILED', 'ABORTED']);
export type StatementEnd = z.infer<typeof StatementEnd>;

/** EventBridge's word that a statement submitted WithEvent has ended. Best effort; may come twice; has no error text. */
export const StatementEvent = z.object({
  source: z.literal('aws.redshift-data'),
  'detail-type': z.literal('Redshift Data Statement Status Change'),
  detail: z.object({
    statementName: z.string(),
    statementId: StatementId,
    state: StatementEnd,
  }),
});
export type StatementEvent = z.infer<typeof StatementEvent>;
