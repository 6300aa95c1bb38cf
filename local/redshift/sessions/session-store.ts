import type { Clock } from '../engine/clock.ts';
import type { Caller } from '../identity/caller.ts';
import { activeSessionsExceeded, resourceNotFound, validation } from '../protocol/api-error.ts';
import { disconnect, type Login, type WarehouseSession } from '../security/warehouse-session.ts';
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

const MAX_LIFE_MS = 86_400_000;

/** The sessions of a server. Those whose time is over close when somebody next asks for any. */
export class SessionStore {
  private readonly options: SessionStoreOptions;
  private readonly sessions = new Map<string, Session>();

  constructor(options: SessionStoreOptions) {
    this.options = options;
  }

  /** Throws ActiveSessionsExceededException. */
  open(request: SessionRequest): Session {
    const active = this.list().filter(({ status }) => status !== 'CLOSED');
    if (active.length >= this.options.maxActive) throw activeSessionsExceeded();
    const createdAt = this.options.clock.now();
    const session: Session = {
      ...request,
      id: this.options.nextId(),
      createdAt,
      updatedAt: createdAt,
      status: 'AVAILABLE',
      expiresAt: createdAt.getTime() + MAX_LIFE_MS,
      current: undefined,
      connected: undefined,
    };
    this.sessions.set(session.id, session);
    return session;
  }

  /** A session that ever was, for a day. Throws ResourceNotFoundException for any other. */
  find(id: string): Session {
    const session = this.get(id);
    if (session === undefined) throw resourceNotFound('Session does not exist.', id);
    return session;
  }

  /** A session whatever its status. Throws ValidationException when it is unknown. */
  known(id: string): Session {
    const session = this.get(id);
    if (session === undefined) throw validation(`Session with Id: ${id} is invalid`);
    return session;
  }

  /** A session to run a statement in. Throws ValidationException when it is unknown, busy or closed. */
  take(id: string): Session {
    const session = this.known(id);
    if (session.status !== 'AVAILABLE') throw validation('Session is not available');
    return session;
  }

  occupy(session: Session, statement: string): void {
    session.status = 'BUSY';
    session.current = statement;
    session.updatedAt = this.options.clock.now();
  }

  /** The statement has ended: the session waits for the next, or closes. */
  release(session: Session): void {
    if (session.status !== 'BUSY') return;
    session.status = 'AVAILABLE';
    session.current = undefined;
    session.updatedAt = this.options.clock.now();
    const keptUntil = session.updatedAt.getTime() + session.keepAliveSeconds * 1000;
    session.expiresAt = Math.min(keptUntil, session.createdAt.getTime() + MAX_LIFE_MS);
    this.expire();
  }

  /** Newest first. */
  list(): Session[] {
    this.expire();
    return [...this.sessions.values()].reverse();
  }

  closeAll(): void {
    for (const session of this.sessions.values()) if (session.status !== 'CLOSED') this.close(session);
  }

  private get(id: string): Session | undefined {
    this.expire();
    return this.sessions.get(id);
  }

  private close(session: Session): void {
    session.status = 'CLOSED';
    session.updatedAt = this.options.clock.now();
    if (session.connected !== undefined) disconnect(session.connected);
    session.connected = undefined;
  }

  private expire(): void {
    const now = this.options.clock.now().getTime();
    for (const session of this.sessions.values()) {
      if (session.status === 'AVAILABLE' && session.expiresAt <= now) this.close(session);
      if (session.status === 'CLOSED' && session.updatedAt.getTime() + MAX_LIFE_MS <= now)
        this.sessions.delete(session.id);
    }
  }
}
