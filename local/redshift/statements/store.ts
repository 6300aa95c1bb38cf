import { EventEmitter, once } from 'node:events';
import { activeStatementsExceeded, resourceNotFound, validation } from '../protocol/api-error.ts';
import type { Clock } from '../engine/clock.ts';
import type { Session } from '../sessions/session-store.ts';
import {
  hasResultSet,
  isTerminal,
  resultBytes,
  statementsOf,
  type Statement,
  type StatementRequest,
  type StatementStatus,
  type Submission,
  type SubmissionRequest,
} from './statement.ts';

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
  /** A new submission, or the one that the client token already stands for (`isNew` false). */
  create(
    request: SubmissionRequest,
    /** Asked for once it is known that the submission is new. */
    session?: () => Session | undefined,
  ): { submission: Submission; isNew: boolean };
  /** A statement, a batch, or by `<id>:<n>` a statement of a batch. */
  get(id: string): Submission;
  /** Newest first. */
  list(): Submission[];
  readonly setStatus: (submission: Submission, status: StatementStatus) => void;
  /** Resolves when the submission has ended or the time is over. */
  waitUntilEnded(submission: Submission, milliseconds: number): Promise<void>;
}

/** Whoever is trusted shares its tokens with all who are: they act for the same account. */
const tokenKey = ({ clientToken, caller }: SubmissionRequest): string =>
  JSON.stringify([caller.isTrusted ? '' : caller.arn, clientToken]);

const comparable = (request: SubmissionRequest): string =>
  JSON.stringify({ ...request, clientToken: '', caller: '', login: '' });

const sameRequest = (a: SubmissionRequest, b: SubmissionRequest): boolean => comparable(a) === comparable(b);

interface Circumstances {
  readonly id: string;
  readonly now: Date;
  /** Of its first statement. */
  readonly sequence: number;
  readonly session: Session | undefined;
}

const newRun = ({ id, now, sequence, session }: Circumstances, cancellation: AbortController) => ({
  id,
  pid: FIRST_PID + sequence,
  createdAt: now,
  session,
  status: 'SUBMITTED' as const,
  updatedAt: now,
  startedAt: undefined,
  duration: -1n,
  error: undefined,
  cancellation,
});

const newStatement = (
  request: StatementRequest,
  circumstances: Circumstances,
  cancellation: AbortController,
  number = 0,
): Statement => ({
  ...newRun(circumstances, cancellation),
  kind: 'statement',
  request,
  queryId: FIRST_QUERY + circumstances.sequence + number,
  resultRows: -1,
  result: undefined,
});

function newSubmission(request: SubmissionRequest, circumstances: Circumstances): Submission {
  const cancellation = new AbortController();
  if ('sql' in request) return newStatement(request, circumstances, cancellation);
  const { sqls, mode: _mode, ...shared } = request;
  const parts = sqls.map((sql, index) => {
    const id = `${circumstances.id}:${index + 1}`;
    return newStatement({ ...shared, sql }, { ...circumstances, id }, cancellation, index);
  });
  return { ...newRun(circumstances, cancellation), kind: 'batch', request, parts };
}

/** The ids of finished statements that are too old, too many, or whose results take too much memory. */
function forgettable(finished: readonly Submission[], options: StoreOptions): string[] {
  const oldest = options.clock.now().getTime() - DAY_MS;
  const expired = finished.filter(({ createdAt }) => createdAt.getTime() <= oldest);
  const surplus = finished.slice(0, Math.max(0, finished.length - options.maxFinished));
  let bytes = finished.reduce((sum, submission) => sum + resultBytes(submission), 0);
  const heavy = finished.filter((submission) => {
    if (bytes <= options.maxResultBytes || !hasResultSet(submission)) return false;
    bytes -= resultBytes(submission);
    return true;
  });
  return [...expired, ...surplus, ...heavy].map(({ id }) => id);
}

export function createStore(options: StoreOptions): StatementStore {
  const { clock } = options;
  const submissions = new Map<string, Submission>();
  const tokens = new Map<string, { id: string; request: SubmissionRequest; until: number }>();
  const ended = new EventEmitter().setMaxListeners(0);
  let sequence = 0;

  const forget = (): void => {
    const now = clock.now().getTime();
    for (const [token, entry] of tokens) if (entry.until <= now) tokens.delete(token);
    const finished = [...submissions.values()].filter(({ status }) => isTerminal(status));
    for (const id of forgettable(finished, options)) submissions.delete(id);
  };

  const repeated = (request: SubmissionRequest): Submission | undefined => {
    const known = request.clientToken === undefined ? undefined : tokens.get(tokenKey(request));
    const submission = known === undefined ? undefined : submissions.get(known.id);
    if (known === undefined || submission === undefined) return undefined;
    if (sameRequest(known.request, request)) return submission;
    throw validation('The provided client token is already used by a request with different parameters.');
  };

  return {
    create(request, session) {
      forget();
      const known = repeated(request);
      if (known !== undefined) return { submission: known, isNew: false };
      const active = [...submissions.values()].filter(({ status }) => !isTerminal(status));
      if (active.length >= options.maxActive) throw activeStatementsExceeded();
      const circumstances = { id: options.nextId(), now: clock.now(), sequence: sequence + 1, session: session?.() };
      const submission = newSubmission(request, circumstances);
      sequence += statementsOf(submission).length;
      submissions.set(submission.id, submission);
      const until = submission.createdAt.getTime() + TOKEN_MS;
      if (request.clientToken !== undefined) tokens.set(tokenKey(request), { id: submission.id, request, until });
      return { submission, isNew: true };
    },
    get(id) {
      forget();
      const [whole = '', number] = id.split(':');
      const submission = submissions.get(whole);
      const batch = submission?.kind === 'batch' ? submission : undefined;
      const found = number === undefined ? submission : batch?.parts[Number(number) - 1];
      if (found === undefined) throw resourceNotFound('Query does not exist.', id);
      return found;
    },
    list() {
      forget();
      return [...submissions.values()].reverse();
    },
    setStatus(submission, status) {
      submission.status = status;
      submission.updatedAt = clock.now();
      if (isTerminal(status)) ended.emit(submission.id);
    },
    waitUntilEnded: (submission, milliseconds) => waitFor(ended, submission, milliseconds),
  };
}

async function waitFor(ended: EventEmitter, submission: Submission, milliseconds: number): Promise<void> {
  if (milliseconds <= 0 || isTerminal(submission.status)) return;
  const timeout = AbortSignal.timeout(milliseconds);
  await once(ended, submission.id, { signal: timeout }).catch((cause: unknown) => {
    if (!timeout.aborted) throw cause;
  });
}
