import * as z from 'zod';
import { operation } from './operation.ts';
import { SqlText, submissionMembers, submit } from './submit.ts';

const Request = z.object({
  ...submissionMembers,
  Sqls: z.array(SqlText).min(1).max(40),
  ExecutionMode: z.enum(['TRANSACTION', 'AUTO_COMMIT']).optional(),
});

/** Up to 40 statements, one after the other on one connection: by default in one transaction. */
export const batchExecuteStatement = operation(Request, (service, { Sqls, ExecutionMode, ...input }, caller) =>
  submit(service, input, caller, 'BatchExecuteStatement', { sqls: Sqls, mode: ExecutionMode ?? 'TRANSACTION' }),
);
