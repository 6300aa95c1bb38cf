import { EventEmitter, once } from 'node:events';
import { activeStatementsExceeded, resourceNotFound, validation } from '../protocol/api-error.ts';
import type { Clock } from '../engine/clock.ts';
import type { Session } from '../sessions/session-store.ts';
import { isTerminal, type Statement, type StatementRequest, type StatementStatus } from './statement.ts';

const DAY_MS = 86_400_000;
const FIRST_QUERY = 100_000;
const FIRST_PID = 1_073_741_824;
const TOKEN_MS = 8 * 3_600_000;

export interface StoreOptions {
  readonly clock: Clock;
  readonly nextId: () => string;
  /** Statements that may be active at once. */
  readonly maxActive: number;
  /** Finished statements to remember at most, the newest. */
  readonly maxFinished: number;
  /** Bytes of results to remember at most; the oldest results go first. */
  readonly maxResultBytes: number;
}

export interface StatementStore {
  /** A new statement, or the one that the client token already stands for (`isNew` false). */
  create(
    request: StatementRequest,
    /** Asked for once it is known that the statement is new. */
    session?: () => Session | undefined,
  ): { statement: Statement; isNew: boolean };
  get(id: string): Statement;
  /** Newest first. */
  list(): Statement[];
  setStatus(statement: Statement, status: StatementStatus): void;
  /** Resolves when the statement has ended or the time is over. */
  waitUntilEnded(statement: Statement, milliseconds: number): Promise<void>;
}

/** Whoever is trusted shares its tokens with all who are: they act for the same account. */
const tokenKey = ({ clientToken, caller }: StatementRequest): string =>
  JSON.stringify([caller.isTrusted ? '' : caller.arn, clientToken]);

const comparable = (request: StatementRequest): string =>
  JSON.stringify({ ...request, clientToken: '', caller: '', login: '' });

const sameRequest = (a: StatementRequest, b: StatementRequest): boolean => comparable(a) === comparable(b);

function newStatement(
  request: StatementRequest,
  { id, now, sequence, session }: { id: string; now: Date; sequence: number; session: Session | undefined },
): Statement {
  return {
    id,
    request,
    queryId: FIRST_QUERY + sequence,
    pid: FIRST_PID + sequence,
    createdAt: now,
    session,
    status: 'SUBMITTED',
    updatedAt: now,
    startedAt: undefined,
    duration: -1n,
    error: undefined,
    resultRows: -1,
    result: undefined,
    cancellation: new AbortController(),
  };
}

/** The ids of finished statements that are too old, too many, or whose results take too much memory. */
function forgettable(finished: readonly Statement[], options: StoreOptions): string[] {
  const oldest = options.clock.now().getTime() - DAY_MS;
  const expired = finished.filter(({ createdAt }) => createdAt.getTime() <= oldest);
  const surplus = finished.slice(0, Math.max(0, finished.length - options.maxFinished));
  let bytes = finished.reduce((sum, { result }) => sum + (result?.bytes ?? 0), 0);
  const heavy = finished.filter(({ result }) => {
    if (bytes <= options.maxResultBytes || result === undefined) return false;
    bytes -= result.bytes;
    return true;
  });
  return [...expired, ...surplus, ...heavy].map(({ id }) => id);
}

export function createStore(options: StoreOptions): StatementStore {
  const { clock } = options;
  const statements = new Map<string, Statement>();
  const tokens = new Map<string, { id: string; request: StatementRequest; until: number }>();
  const ended = new EventEmitter().setMaxListeners(0);
  let sequence = 0;

  const forget = (): void => {
    const now = clock.now().getTime();
    for (const [token, entry] of tokens) if (entry.until <= now) tokens.delete(token);
    const finished = [...statements.values()].filter(({ status }) => isTerminal(status));
    for (const id of forgettable(finished, options)) statements.delete(id);
  };

  const repeated = (request: StatementRequest): Statement | undefined => {
    const known = request.clientToken === undefined ? undefined : tokens.get(tokenKey(request));
    const statement = known === undefined ? undefined : statements.get(known.id);
    if (known === undefined || statement === undefined) return undefined;
    if (sameRequest(known.request, request)) return statement;
    throw validation('The provided client token is already used by a request with different parameters.');
  };

  return {
    create(request, session) {
      forget();
      const known = repeated(request);
      if (known !== undefined) return { statement: known, isNew: false };
      const active = [...statements.values()].filter(({ status }) => !isTerminal(status));
      if (active.length >= options.maxActive) throw activeStatementsExceeded();
      sequence += 1;
      const statement = newStatement(request, {
        id: options.nextId(),
        now: clock.now(),
        sequence,
        session: session?.(),
      });
      statements.set(statement.id, statement);
      const until = statement.createdAt.getTime() + TOKEN_MS;
      if (request.clientToken !== undefined) tokens.set(tokenKey(request), { id: statement.id, request, until });
      return { statement, isNew: true };
    },
    get(id) {
      forget();
      const statement = statements.get(id);
      if (statement === undefined) throw resourceNotFound('Query does not exist.', id);
      return statement;
    },
    list() {
      forget();
      return [...statements.values()].reverse();
    },
    setStatus(statement, status) {
      statement.status = status;
      statement.updatedAt = clock.now();
      if (isTerminal(status)) ended.emit(statement.id);
    },
    waitUntilEnded: (statement, milliseconds) => waitFor(ended, statement, milliseconds),
  };
}

async function waitFor(ended: EventEmitter, statement: Statement, milliseconds: number): Promise<void> {
  if (milliseconds <= 0 || isTerminal(statement.status)) return;
  const timeout = AbortSignal.timeout(milliseconds);
  await once(ended, statement.id, { signal: timeout }).catch((cause: unknown) => {
    if (!timeout.aborted) throw cause;
  });
}
