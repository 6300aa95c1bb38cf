import * as z from 'zod';
import type { Caller } from '../identity/caller.ts';
import { loginFor } from '../identity/login.ts';
import { validation } from '../protocol/api-error.ts';
import type { Login } from '../security/warehouse-session.ts';
import type { Session } from '../sessions/session-store.ts';
import { hasResultSet, type ExecutionMode, type StatementTarget } from '../statements/statement.ts';
import type { Service } from './operation.ts';
import { requireOwner } from './ownership.ts';
import { StatementId, targetMembers, targetOf, WaitTimeSeconds } from './shared-schemas.ts';
import { epochSeconds, targetView } from './statement-views.ts';

const MAX_SQL_BYTES = 100 * 1024;

/** One statement's text, of at most 100 KB. */
export const SqlText = z
  .string()
  .min(1)
  .refine((sql) => Buffer.byteLength(sql) <= MAX_SQL_BYTES, 'A statement must not be longer than 100 KB.');

/** What the requests for one statement and for a batch have in common. */
export const submissionMembers = {
  ...targetMembers,
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
};

type Input = z.infer<z.ZodObject<typeof submissionMembers>>;

/** What to run. */
export type Work = { readonly sql: string } | { readonly sqls: readonly string[]; readonly mode: ExecutionMode };

/** Where a submission runs, and as whom. */
interface Destination {
  readonly target: StatementTarget;
  readonly database: string;
  readonly login: Login;
  /** The session to run in; called once it is known that the submission does run. */
  readonly session: () => Session | undefined;
}

const ELSEWHERE = ['WorkgroupName', 'ClusterIdentifier', 'Database', 'DbUser', 'SecretArn'] as const;

function inSession({ sessions }: Service, id: string, input: Input, caller: Caller, operation: string): Destination {
  const other = ELSEWHERE.find((member) => input[member] !== undefined);
  if (other !== undefined) throw validation(`${other} must not be provided together with SessionId.`);
  const session = sessions.known(id);
  requireOwner(session.owner, caller, operation);
  const { target, database, login } = session;
  const take = (): Session => {
    const taken = sessions.take(id);
    if (input.SessionKeepAliveSeconds !== undefined) taken.keepAliveSeconds = input.SessionKeepAliveSeconds;
    return taken;
  };
  return { target, database, login, session: take };
}

function destination(service: Service, input: Input, caller: Caller, operation: string): Destination {
  if (input.SessionId !== undefined) return inSession(service, input.SessionId, input, caller, operation);
  const { target, database } = targetOf(input);
  const login = loginFor(target, caller, service.secrets);
  const keepAliveSeconds = input.SessionKeepAliveSeconds;
  const session = (): Session | undefined =>
    keepAliveSeconds === undefined
      ? undefined
      : service.sessions.open({ owner: caller, target, database, login, keepAliveSeconds });
  return { target, database, login, session };
}

/** Starts what was not started before under the same client token, waits as long as was asked for, and replies. */
export async function submit(
  service: Service,
  input: Input,
  caller: Caller,
  operation: string,
  work: Work,
): Promise<object> {
  const { store, runner, sessions } = service;
  const { target, database, login, session } = destination(service, input, caller, operation);
  const { submission, isNew } = store.create(
    {
      ...work,
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
    if (submission.session !== undefined) sessions.occupy(submission.session, submission.id);
    runner.start(submission);
  }
  await store.waitUntilEnded(submission, (input.WaitTimeSeconds ?? 0) * 1000);
  return {
    Id: submission.id,
    ...targetView(target),
    Database: database,
    SessionId: submission.session?.id,
    CreatedAt: epochSeconds(submission.createdAt),
    ...(input.WaitTimeSeconds === undefined
      ? {}
      : { Status: submission.status, HasResultSet: hasResultSet(submission), RedshiftPid: submission.pid }),
  };
}
