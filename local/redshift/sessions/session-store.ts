import type { Clock } from '../engine/clock.ts';
import type { Caller } from '../identity/caller.ts';
import { activeSessionsExceeded, resourceNotFound, validation } from '../protocol/api-error.ts';
import type { Login, WarehouseSession } from '../security/warehouse-session.ts';
import type { StatementTarget } from '../statements/statement.ts';

export type SessionStatus = 'AVAILABLE' | 'BUSY' | 'CLOSED';

/** A session of the Data API: one connection that statements use one after the other. */
export interface Session {
  readonly id: string;
  readonly owner: Caller;
  readonly target: StatementTarget;
  readonly database: string;
  readonly login: Login;
  readonly createdAt: Date;
  updatedAt: Date;
  status: SessionStatus;
  /** From the end of a statement on. */
  keepAliveSeconds: number;
  /** Milliseconds since 1970. */
  expiresAt: number;
  /** Id of the statement that runs in it. */
  current: string | undefined;
  /** From the first statement on. */
  connected: WarehouseSession | undefined;
}

export interface SessionRequest {
  readonly owner: Caller;
  readonly target: StatementTarget;
  readonly database: string;
  readonly login: Login;
  readonly keepAliveSeconds: number;
}

export interface SessionStoreOptions {
  readonly clock: Clock;
  readonly nextId: () => string;
  /** Sessions that may be open at once. */
  readonly maxActive: number;
}

export interface SessionStore {
  open(request: SessionRequest): Session;
  /** A session that ever was, for a day. Throws ResourceNotFoundException for any other. */
  find(id: string): Session;
  /** A session whatever its status. Throws ValidationException when it is unknown. */
  known(id: string): Session;
  /** A session to run a statement in. Throws ValidationException when it is unknown, busy or closed. */
  take(id: string): Session;
  occupy(session: Session, statement: string): void;
  /** The statement has ended: the session waits for the next, or closes. */
  release(session: Session): void;
  /** Newest first. */
  list(): Session[];
  closeAll(): void;
}

const MAX_LIFE_MS = 86_400_000;

export function createSessionStore({ clock, nextId, maxActive }: SessionStoreOptions): SessionStore {
  const sessions = new Map<string, Session>();
  const now = (): number => clock.now().getTime();

  const close = (session: Session): void => {
    session.status = 'CLOSED';
    session.updatedAt = clock.now();
    session.connected?.connection.closeSync();
    session.connected = undefined;
  };
  const expire = (): void => {
    for (const session of sessions.values()) {
      if (session.status === 'AVAILABLE' && session.expiresAt <= now()) close(session);
      if (session.status === 'CLOSED' && session.updatedAt.getTime() + MAX_LIFE_MS <= now())
        sessions.delete(session.id);
    }
  };
  const known = (id: string): Session => {
    expire();
    const session = sessions.get(id);
    if (session === undefined) throw validation(`Session with Id: ${id} is invalid`);
    return session;
  };
  return {
    open(request) {
      expire();
      const active = [...sessions.values()].filter(({ status }) => status !== 'CLOSED');
      if (active.length >= maxActive) throw activeSessionsExceeded();
      const createdAt = clock.now();
      const session: Session = {
        ...request,
        id: nextId(),
        createdAt,
        updatedAt: createdAt,
        status: 'AVAILABLE',
        expiresAt: createdAt.getTime() + MAX_LIFE_MS,
        current: undefined,
        connected: undefined,
      };
      sessions.set(session.id, session);
      return session;
    },
    find(id) {
      expire();
      const session = sessions.get(id);
      if (session === undefined) throw resourceNotFound('Session does not exist.', id);
      return session;
    },
    known,
    take(id) {
      const session = known(id);
      if (session.status !== 'AVAILABLE') throw validation('Session is not available');
      return session;
    },
    occupy(session, statement) {
      session.status = 'BUSY';
      session.current = statement;
      session.updatedAt = clock.now();
    },
    release(session) {
      if (session.status !== 'BUSY') return;
      session.status = 'AVAILABLE';
      session.current = undefined;
      session.updatedAt = clock.now();
      const keptUntil = now() + session.keepAliveSeconds * 1000;
      session.expiresAt = Math.min(keptUntil, session.createdAt.getTime() + MAX_LIFE_MS);
      expire();
    },
    list() {
      expire();
      return [...sessions.values()].reverse();
    },
    closeAll() {
      for (const session of sessions.values()) if (session.status !== 'CLOSED') close(session);
    },
  };
}
