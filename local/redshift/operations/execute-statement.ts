import * as z from 'zod';
import { validation } from '../protocol/api-error.ts';
import { operation } from './operation.ts';
import { targetMembers, targetOf, WaitTimeSeconds } from './shared-schemas.ts';
import { epochSeconds, targetView } from './statement-views.ts';

const MAX_SQL_BYTES = 100 * 1024;

const Request = z.object({
  ...targetMembers,
  Sql: z.string().min(1),
  Parameters: z
    .array(z.object({ name: z.string().regex(/^[0-9a-zA-Z_]+$/), value: z.string().min(1) }))
    .min(1)
    .optional(),
  StatementName: z.string().max(500).optional(),
  ClientToken: z.string().min(1).max(64).optional(),
  WithEvent: z.boolean().optional(),
  ResultFormat: z.enum(['JSON', 'json']).optional(),
  SessionId: z.undefined({ error: 'sessions are not supported here' }).optional(),
  SessionKeepAliveSeconds: z.undefined({ error: 'sessions are not supported here' }).optional(),
  WaitTimeSeconds,
});

export const executeStatement = operation(Request, async ({ store, runner }, input) => {
  const { target, database } = targetOf(input);
  if (Buffer.byteLength(input.Sql) > MAX_SQL_BYTES) throw validation('Sql must not be longer than 100 KB.');
  const { statement, isNew } = store.create({
    sql: input.Sql,
    database,
    target,
    parameters: input.Parameters ?? [],
    statementName: input.StatementName,
    clientToken: input.ClientToken,
    withEvent: input.WithEvent ?? false,
  });
  if (isNew) runner.start(statement);
  await store.waitUntilEnded(statement, (input.WaitTimeSeconds ?? 0) * 1000);
  return {
    Id: statement.id,
    ...targetView(target),
    Database: database,
    CreatedAt: epochSeconds(statement.createdAt),
    ...(input.WaitTimeSeconds === undefined
      ? {}
      : { Status: statement.status, HasResultSet: statement.result !== undefined, RedshiftPid: statement.pid }),
  };
});
