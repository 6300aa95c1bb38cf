import * as z from 'zod';
import type { Caller } from '../identity/caller.ts';
import { loginFor } from '../identity/login.ts';
import { validation } from '../protocol/api-error.ts';
import type { Login } from '../security/warehouse-session.ts';
import type { Session } from '../sessions/session-store.ts';
import type { StatementTarget } from '../statements/statement.ts';
import { operation, type Service } from './operation.ts';
import { requireOwner } from './ownership.ts';
import { StatementId, targetMembers, targetOf, WaitTimeSeconds } from './shared-schemas.ts';
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
  ResultFormat: z
    .enum(['JSON', 'json', 'CSV', 'csv'])
    .transform((format) => (format.toUpperCase() === 'CSV' ? ('CSV' as const) : ('JSON' as const)))
    .optional(),
  SessionId: StatementId.optional(),
  SessionKeepAliveSeconds: z.int().min(0).max(86_400).optional(),
  WaitTimeSeconds,
});
type Request = z.infer<typeof Request>;

/** Where a statement runs, and as whom. */
interface Destination {
  readonly target: StatementTarget;
  readonly database: string;
  readonly login: Login;
  /** The session to run in; called once it is known that the statement does run. */
  readonly session: () => Session | undefined;
}

const ELSEWHERE = ['WorkgroupName', 'ClusterIdentifier', 'Database', 'DbUser', 'SecretArn'] as const;

function inSession({ sessions }: Service, id: string, input: Request, caller: Caller): Destination {
  const other = ELSEWHERE.find((member) => input[member] !== undefined);
  if (other !== undefined) throw validation(`${other} must not be provided together with SessionId.`);
  const session = sessions.known(id);
  requireOwner(session.owner, caller, 'ExecuteStatement');
  const { target, database, login } = session;
  const take = (): Session => {
    const taken = sessions.take(id);
    if (input.SessionKeepAliveSeconds !== undefined) taken.keepAliveSeconds = input.SessionKeepAliveSeconds;
    return taken;
  };
  return { target, database, login, session: take };
}

function destination(service: Service, input: Request, caller: Caller): Destination {
  if (input.SessionId !== undefined) return inSession(service, input.SessionId, input, caller);
  const { target, database } = targetOf(input);
  const login = loginFor(target, caller, service.secrets);
  const keepAliveSeconds = input.SessionKeepAliveSeconds;
  const session = (): Session | undefined =>
    keepAliveSeconds === undefined
      ? undefined
      : service.sessions.open({ owner: caller, target, database, login, keepAliveSeconds });
  return { target, database, login, session };
}

export const executeStatement = operation(Request, async (service, input, caller) => {
  const { store, runner, sessions } = service;
  if (Buffer.byteLength(input.Sql) > MAX_SQL_BYTES) throw validation('Sql must not be longer than 100 KB.');
  const { target, database, login, session } = destination(service, input, caller);
  const { statement, isNew } = store.create(
    {
      sql: input.Sql,
      database,
      target,
      parameters: input.Parameters ?? [],
      statementName: input.StatementName,
      clientToken: input.ClientToken,
      withEvent: input.WithEvent ?? false,
      resultFormat: input.ResultFormat ?? 'JSON',
      sessionId: input.SessionId,
      caller,
      login,
    },
    session,
  );
  if (isNew) {
    if (statement.session !== undefined) sessions.occupy(statement.session, statement.id);
    runner.start(statement);
  }
  await store.waitUntilEnded(statement, (input.WaitTimeSeconds ?? 0) * 1000);
  return {
    Id: statement.id,
    ...targetView(target),
    Database: database,
    SessionId: statement.session?.id,
    CreatedAt: epochSeconds(statement.createdAt),
    ...(input.WaitTimeSeconds === undefined
      ? {}
      : { Status: statement.status, HasResultSet: statement.result !== undefined, RedshiftPid: statement.pid }),
  };
});
