import type * as z from 'zod';
import type { Database } from '../engine/database.ts';
import type { Caller } from '../identity/caller.ts';
import type { Secrets } from '../identity/login.ts';
import type { Warehouse } from '../security/warehouse-session.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { Runner } from '../statements/runner.ts';
import type { StatementStore } from '../statements/store.ts';

/** What operations work with. */
export interface Service {
  readonly store: StatementStore;
  readonly sessions: SessionStore;
  readonly runner: Runner;
  readonly database: Database;
  readonly warehouse: Warehouse;
  readonly secrets: Secrets;
}

/** One operation of the Data API: the schema of its request and what it does. The reply is JSON in AWS JSON 1.1. */
export interface Operation {
  handle(service: Service, body: unknown, caller: Caller): Promise<object>;
}

/** Ties a schema to its handler; the body is parsed before the handler sees it. */
export function operation<S extends z.ZodType>(
  schema: S,
  handle: (service: Service, input: z.infer<S>, caller: Caller) => Promise<object> | object,
): Operation {
  return { handle: async (service, body, caller) => handle(service, schema.parse(body), caller) };
}
