import * as z from 'zod';
import { operation } from './operation.ts';
import { SqlText, submissionMembers, submit } from './submit.ts';

export const executeStatement = operation(
  z.object({ ...submissionMembers, Sql: SqlText }),
  (service, { Sql, ...input }, caller) => submit(service, input, caller, 'ExecuteStatement', { sql: Sql }),
);
